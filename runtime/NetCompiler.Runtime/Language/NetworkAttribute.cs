namespace NetCompiler;

/// <summary>
/// Makes a partial class a network: the compiler reads its [Input], layer and [Loss] attributes from top to bottom and adds the
/// other half of the class, which derives from <see cref="Network"/>.
/// </summary>
/// <remarks>The class must be partial, neither nested, generic, static nor abstract, and have no other base class.</remarks>
/// <example>
/// <code>
/// [Network]
/// [Input(1, 28, 28)]
/// [Conv(25, 3), Relu, MaxPool(2)]
/// [Flatten, Dense(10), Softmax]
/// [Loss(Loss.CrossEntropy)]
/// public sealed partial class DigitNet;
/// </code>
/// </example>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class NetworkAttribute : Attribute
{
    /// <summary>How closely what is computed follows the definition of the layers: by the fastest algorithm unless said otherwise.</summary>
    public Precision Precision { get; set; }
}
