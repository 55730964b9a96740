namespace NetCompiler.Generator.Tests.Support;

/// <summary>Declarations that tests share.</summary>
public static class Networks
{
    /// <summary>The course's network for digits.</summary>
    public const string Course = """
        namespace Samples;

        [Network]
        [Input(1, 28, 28, Type = ElementType.UInt8, Scale = 1.0 / 255)]
        [Conv(25, 3), Relu, MaxPool(2)]
        [Conv(50, 3), Relu, MaxPool(2)]
        [Flatten, Dense(100), Relu]
        [Dense(10), Softmax]
        [Loss(Loss.CrossEntropy)]
        public sealed partial class DigitNet;
        """;

    /// <summary>LeNet-5 with rectifiers, as LeCun et al. (1998) count its layers.</summary>
    public const string LeNet = """
        [Network]
        [Input(1, 32, 32)]
        [Conv(6, 5), Relu, AveragePool(2)]
        [Conv(16, 5), Relu, AveragePool(2)]
        [Flatten, Dense(120), Tanh, Dense(84), Tanh, Dense(10)]
        public sealed partial class LeNet;
        """;
}
