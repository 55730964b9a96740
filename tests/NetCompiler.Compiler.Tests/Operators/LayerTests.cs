using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Language;
using static NetCompiler.Compiler.Tests.Reference.Chains;

namespace NetCompiler.Compiler.Tests.Operators;

/// <summary>What layers make of declarations, and what they complain about.</summary>
public sealed class LayerTests
{
    private static readonly LayerSpec Picture = Image(3, 8, 8);
    private static readonly LayerSpec Vector = Layer("Input", ("Length", 5));

    private static void AssertRejected(string id, string argument, string message, params ImmutableArray<LayerSpec> layers)
    {
        var diagnostic = Assert.Single(NetworkBuilder.Build(new NetworkSpec("Tests", "Net", true, layers)).Diagnostics);
        Assert.Equal(id, diagnostic.Rule.Id);
        Assert.Equal(argument, diagnostic.Argument ?? "");
        Assert.Equal(layers.Length - 1, diagnostic.Layer);
        Assert.Contains(message, diagnostic.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DenseNeedsAVector() => AssertRejected("NC0103", "", "3×8×8", Picture, Layer("Dense", ("Units", 4)));

    [Fact]
    public void GlobalAveragePoolNeedsAnImage() => AssertRejected("NC0104", "", "reads 5", Vector, Layer("GlobalAveragePool"));

    [Theory]
    [InlineData(1.0)]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    public void DropoutRateIsBelowOne(double rate) =>
        AssertRejected("NC0105", "Rate", "0 or more and less than 1", Picture, Layer("Dropout", ("Rate", rate)));

    [Fact]
    public void LeakyReluSlopeIsFinite() =>
        AssertRejected("NC0105", "Slope", "a finite number", Picture, Layer("LeakyRelu", ("Slope", double.PositiveInfinity)));

    [Theory]
    [InlineData("Elu", "Alpha", -1.0, "Alpha is -1, expected 0 or more")]
    [InlineData("Elu", "Alpha", double.NaN, "Alpha is NaN, expected 0 or more")]
    [InlineData("Softplus", "Beta", 0.0, "1E-06 to 1000000")]
    [InlineData("PRelu", "Slope", double.NegativeInfinity, "a finite number")]
    [InlineData("Power", "Exponent", double.NaN, "a finite number")]
    [InlineData("Clip", "Max", double.NaN, "Min, -Infinity, or more")]
    public void ArgumentsOfActivationsAreInRange(string kind, string argument, double value, string message) =>
        AssertRejected("NC0105", argument, message, Picture, Layer(kind, (argument, value)));

    [Fact]
    public void LimitsOfClipAreInOrder() =>
        AssertRejected("NC0105", "Max", "Min, 2, or more", Picture, Layer("Clip", ("Min", 2.0), ("Max", 1.0)));

    [Theory]
    [InlineData("Maximum", 2)]
    [InlineData("Greater", 2)]
    [InlineData("Where", 3)]
    public void ShapesThatMeetAgree(string kind, int inputs) => AssertRejected("NC0110", "", "extents that are equal or 1",
        Picture, Layer("MaxPool", ("Window", Pair(2, 2))), Layer(kind) with { Inputs = [.. Enumerable.Repeat(0, inputs - 1), 1] });

    [Fact]
    public void SlopesAreParameters()
    {
        var model = Build(Picture, Layer("PRelu"), Layer("PRelu", ("PerChannel", true), ("Slope", 0.5)));
        Assert.Equal(
            [("prelu1.weight", TensorType.Float(1), 0.25), ("prelu2.weight", TensorType.Float(3), 0.5)],
            model.Parameters.Select(p => (p.Value.Name, p.Value.Type, p.InitialValue)));
        Assert.All(ParameterLayout.Of(model), p => Assert.Equal(InitializerKind.Constant, p.Initializer));
    }

    [Theory]
    [InlineData("Momentum", 1.5)]
    [InlineData("Epsilon", 0.0)]
    public void BatchNormArgumentsAreInRange(string argument, double value) =>
        AssertRejected("NC0105", argument, argument, Picture, Layer("BatchNorm", (argument, value)));

    [Theory]
    [InlineData("MaxPool")]
    [InlineData("AveragePool")]
    public void PoolingWindowsLieNotInPaddingAltogether(string kind) => AssertRejected("NC0105", "Padding", "less than the window's 2×2",
        Picture, Layer(kind, ("Window", Pair(2, 2)), ("Padding", Pair(0, 2))));

    [Fact]
    public void CrossEntropyNeedsClasses()
    {
        AssertRejected("NC0107", "Kind", "3×8×8", Picture, Layer("Relu"), Layer("Loss", ("Kind", "CrossEntropy")));
        AssertRejected("NC0107", "Kind", "Dense",
            Vector, Layer("Dense", ("Units", 1), ("Bias", false)), Layer("Loss", ("Kind", "CrossEntropy")));
        AssertRejected("NC0107", "Kind", "Softmax or logits", Vector, Layer("Sigmoid"), Layer("Loss", ("Kind", "CrossEntropy")));
    }

    [Fact]
    public void BinaryCrossEntropyNeedsIndependentProbabilities() =>
        AssertRejected("NC0107", "Kind", "Sigmoid or logits", Vector, Layer("Softmax"), Layer("Loss", ("Kind", "BinaryCrossEntropy")));

    [Fact]
    public void LossesAreKnownByTheirKind()
    {
        Assert.Equal(["BinaryCrossEntropy", "CrossEntropy", "Hinge", "Huber", "KLDivergence", "MeanAbsoluteError", "MeanSquaredError"], LossLayer.Functions.Keys);
        AssertRejected("NC0109", "Kind",
            "'Custom' is none of BinaryCrossEntropy, CrossEntropy, Hinge, Huber, KLDivergence, MeanAbsoluteError, MeanSquaredError",
            Vector, Layer("Relu"), Layer("Loss", ("Kind", "Custom")));
        AssertRejected("NC0109", "Delta", "MeanSquaredError does not take it",
            Vector, Layer("Relu"), Layer("Loss", ("Kind", "MeanSquaredError"), ("Delta", 2.0)));
        AssertRejected("NC0109", "ClassWeights", "it takes one number for each of the 4 classes, at most 256, found 2",
            Vector, Layer("Dense", ("Units", 4)), Layer("Loss", ("Kind", "CrossEntropy"), ("ClassWeights", ImmutableArray.Create(1.0, 2.0))));
    }

    [Theory]
    [InlineData("Softmax", "CrossEntropy", "SoftmaxCrossEntropy(dense1, target)")]
    [InlineData("Sigmoid", "BinaryCrossEntropy", "SigmoidCrossEntropy(dense1, target)")]
    [InlineData("Sigmoid", "MeanSquaredError", "MeanSquaredError(sigmoid1, target)")]
    [InlineData("Relu", "CrossEntropy", "SoftmaxCrossEntropy(relu1, target)")]
    [InlineData("Softmax", "KLDivergence", "SoftmaxDivergence(dense1, target)")]
    public void LossesReadLogits(string last, string loss, string expected)
    {
        var model = Build(Vector, Layer("Dense", ("Units", 4)), Layer(last), Layer("Loss", ("Kind", loss)));
        Assert.Contains(expected, model.Loss!.PerSample.Producer!.ToString(), StringComparison.Ordinal);
        Assert.Equal(loss == "CrossEntropy" ? ScalarKind.I32 : ScalarKind.F32, model.Loss.Target!.Type.Element);
    }

    [Fact]
    public void BatchNormHasStatisticsThatAreNotTrained()
    {
        var model = Build(Picture, Layer("BatchNorm"));
        Assert.Equal(
            [("batchnorm1.weight", true), ("batchnorm1.bias", true), ("batchnorm1.running_mean", false), ("batchnorm1.running_var", false)],
            model.Parameters.Select(p => (p.Value.Name, p.IsTrainable)));
        Assert.All(model.Parameters, p => Assert.Equal(TensorType.Float(3), p.Value.Type));
    }

    [Fact]
    public void DropoutsDrawFromStreamsOfTheirOwn()
    {
        var model = Build(Vector, Layer("Dropout"), Layer("Dropout"));
        Assert.Equal([1, 2], model.Graph.Nodes.Select(n => n.Attributes.Int("stream")));
    }
}
