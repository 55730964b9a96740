using NetCompiler.Generator.Tests.Support;

namespace NetCompiler.Generator.Tests;

/// <summary>What can be wrong with the methods of a network: the rule, the place, the message.</summary>
public class GraphDiagnosticTests
{
    private const string NotEvaluable = "A network's methods are evaluated when it is compiled: ";

    /// <summary>Members of a network's class.</summary>
    public static TheoryData<string, string, string> Broken => new()
    {
        // Entry points.
        { "NC0008", "[Forward] needs a static method from Tensors to a Tensor or a tuple of Tensors", "[Forward] static int «F»([Shape(4)] Tensor x) => 3;" },
        { "NC0008", "[Forward] needs a static method from Tensors to a Tensor or a tuple of Tensors", "[Forward] static Tensor «F»() => null!;" },
        { "NC0008", "[Forward] needs a static method from Tensors to a Tensor or a tuple of Tensors", "[Forward] static Tensor «F»([Shape(4)] Tensor x, int n) => Relu(x);" },
        { "NC0008", "[Forward] needs a static method from Tensors to a Tensor or a tuple of Tensors", "[Forward] static (Tensor, int) «F»([Shape(4)] Tensor x) => (Relu(x), 1);" },
        { "NC0008", "[Forward] needs a [Shape(…)] on its parameter 'y'", "[Forward] static Tensor «F»([Shape(4)] Tensor x, Tensor y) => x + y;" },
        { "NC0008", "[Forward] needs a [Shape(…)] on its parameter 'x'", "[Forward] static Tensor «F»([Labels] Tensor x) => Relu(x);" },
        { "NC0008", "[Forward] has to return what a layer computes", "[Forward] static (Tensor, Tensor) «F»([Shape(4)] Tensor x) => (Relu(x), x);" },
        { "NC0008", "'Save' is a member of every network, give the method another name", "[Forward] static Tensor «Save»([Shape(4)] Tensor x) => Relu(x);" },
        { "NC0008", "'Predict' is a member of every network, give the method another name", "[Forward] static Tensor «Predict»([Shape(4)] Tensor x, [Shape(4)] Tensor y) => x + y;" },
        { "NC0008", "two entry points are called 'F'", "[Forward] static Tensor F([Shape(4)] Tensor x) => Relu(x); [Forward] static Tensor «F»([Shape(4)] Tensor x, [Shape(4)] Tensor y) => x + y;" },
        { "NC0008", "'F' calls itself, with the same weights", "[Forward] static Tensor F([Shape(4)] Tensor x) => «F(x)»;" },
        { "NC0008", "'F' calls itself, with the same weights", "[Forward] static Tensor F([Shape(4)] Tensor x) => G(x); [Forward] static Tensor G([Shape(4)] Tensor x) => «F(x)»;" },
        { "NC0105", "Input 'x': Length is 0, expected 1 or more", "[Forward] static Tensor F([Shape(«0»)] Tensor x) => Relu(x);" },
        // Blocks and sub-chains.
        { "NC0008", "'Step' calls itself, with the same weights", Forward("Step(x)") + "[Block(Shared = true)] static Tensor Step(Tensor x) => «Step(Relu(x))»;" },
        { "NC0008", "it shares its weights with another call, in which the layer is another one", Forward("Step(Step(x, 4), 5)") + "[Block(Shared = true)] static Tensor Step(Tensor x, int n) => n < 5 ? Dense(x, n) : «Affine(x, n)»;" },
        { "NC0008", "'Step' shares its weights, but has other layers in this call", Forward("«Step(Step(x, 2), 1)»") + "[Block(Shared = true)] static Tensor Step(Tensor x, int n) { while (n-- > 0) x = Dense(x, 4); return x; }" },
        { "NC0111", "Dense 'step.dense1' shares 'step.dense1.weight' of 4×4 with a place that needs 5×4", Forward("Step(Step(x, 4), 5)") + "[Block(Shared = true)] static Tensor Step(Tensor x, int n) => «Dense(x, n)»;" },
        { "NC0111", "Dense 'step.dense1' shares 'step.dense1.bias' of nothing, as the first call has none, with a place that needs 4", Forward("Step(Step(x, false), true)") + "[Block(Shared = true)] static Tensor Step(Tensor x, bool bias) => «Dense(x, 4, bias: bias)»;" },
        { "NC0111", "Dense 'step.dense1' shares 'step.dense1.weight' of 3×4 with a place that needs 3×3", Forward("Step(Step(x))") + "[Block(Shared = true)] static Tensor Step(Tensor x) => «Dense(x, 3)»;" },
        { "NC0008", "'Stem' has layers as attributes, so it has to be static and partial, from one Tensor to a Tensor, without a body", Forward("«Stem(x)»") + "[Relu] static Tensor Stem(Tensor x) => x;" },
        { "NC0008", "[Input] does not stand on a method", Forward("Stem(x)") + "[«Input(4)»] private static partial Tensor Stem(Tensor x);" },
        { "NC0105", "Dense 'stem1.dense1': Units is 0, expected 1 or more", Forward("Stem(x)") + "[Relu, Dense(«0»)] private static partial Tensor Stem(Tensor x);" },
        { "NC0103", "Dense 'stem1.dense1' reads 1×2×2; put [Flatten] or [GlobalAveragePool] before it", "[Forward] static Tensor F([Shape(1, 2, 2)] Tensor x) => Stem(x);" + "[Relu, «Dense(3)»] private static partial Tensor Stem(Tensor x);" },
        // Losses.
        { "NC0008", "[Loss] needs a static method from Tensors to a Tensor", Forward("Relu(x)") + "[Loss] static int «L»(Tensor y, [Labels] Tensor t) => 1;" },
        { "NC0008", "[Loss] needs a static method from Tensors to a Tensor", Forward("Relu(x)") + "[Loss] Tensor «L»(Tensor y, [Labels] Tensor t) => y;" },
        { "NC0008", "[Loss] takes what 'F' returns (1 tensors), but has 2 parameters without [Labels] and [Shape(…)]", Forward("Relu(x)") + "[Loss] static Tensor «L»(Tensor y, Tensor t) => MeanSquaredError(y, t);" },
        { "NC0008", "'Net' has 2 [Loss] methods, one is supported", Forward("Relu(x)") + "[Loss] static Tensor L(Tensor y, [Labels] Tensor t) => MeanSquaredError(y, t); [Loss] static Tensor «M»(Tensor y, [Labels] Tensor t) => MeanSquaredError(y, t);" },
        { "NC0008", "'CrossEntropy' is for [Loss] and [Objective] methods", Forward("«CrossEntropy(x, x)»") },
        { "NC0008", "'L' is a loss or an objective, which other methods do not call", Forward("«L(x, x)»") + "[Loss] static Tensor L(Tensor y, [Labels] Tensor t) => MeanSquaredError(y, t);" },
        { "NC0008", "labels do not take Scale", Forward("Relu(x)") + "[Loss] static Tensor L(Tensor y, [Labels, «Shape(4, Scale = 2)»] Tensor t) => MeanSquaredError(y, t);" },
        { "NC0010", "Loss 'L' has to be one number for each sample but is 4; take its mean or its sum", Forward("Relu(x)") + "[Loss] static Tensor L(Tensor y, [Labels, Shape(4)] Tensor t) => «y - t»;" },
        { "NC0112", "The shape of the labels 'l.t' is not known here: no loss has read them before; put [Shape(…)] beside [Labels]", Forward("Relu(x)") + "[Loss] static Tensor L(Tensor y, [Labels] Tensor t) => MeanSquaredError(«y - t», y);" },
        { "NC0107", "Loss CrossEntropy needs a vector with one number for each of two or more classes, but the network ends with BiasAdd of 1", Forward("Dense(x, 1)") + "[Loss] static Tensor L(Tensor y, [Labels] Tensor t) => «CrossEntropy(y, t)»;" },
        { "NC0107", "Loss KLDivergence needs Softmax or logits, but the network ends with Sigmoid of 4", Forward("Sigmoid(x)") + "[Loss] static Tensor L(Tensor y, [Labels] Tensor t) => «KLDivergence(y, t)»;" },
        { "NC0110", "Loss 'l.meansquarederror1' reads 4 and 3, expected 4 to compare with", Forward("Relu(x)") + "[Loss] static Tensor L(Tensor y, [Labels, Shape(3)] Tensor t) => «MeanSquaredError(y, t)»;" },
        { "NC0110", "Loss 'l.meansquarederror1' reads 4 and a class, expected 4 to compare with", Forward("Relu(x)") + "[Loss] static Tensor L(Tensor y, [Labels] Tensor t) => CrossEntropy(y, t) + «MeanSquaredError(y, t)»;" },
        { "NC0109", "Loss 'l.crossentropy1': ClassWeights is not valid: it takes one number for each of the 4 classes, at most 256, found 2", Forward("Relu(x)") + "[Loss] static Tensor L(Tensor y, [Labels] Tensor t) => CrossEntropy(y, t, «classWeights: new[] { 1.0, 2.0 }»);" },
        { "NC0105", "Loss 'l.crossentropy1': ClassWeights is -1, expected finite numbers, 0 or more", Forward("Dense(x, 2)") + "[Loss] static Tensor L(Tensor y, [Labels] Tensor t) => CrossEntropy(y, t, «classWeights: new[] { -1.0, 2.0 }»);" },
        { "NC0105", "Loss 'l.crossentropy1': LabelSmoothing is 2, expected 0 to 1", Forward("Relu(x)") + "[Loss] static Tensor L(Tensor y, [Labels] Tensor t) => CrossEntropy(y, t, «labelSmoothing: 2»);" },
        { "NC0105", "Loss 'l.huber1': Delta is 0, expected 1E-06 or more", Forward("Relu(x)") + "[Loss] static Tensor L(Tensor y, [Labels] Tensor t) => Huber(y, t, «0»);" },
        // Objectives.
        { "NC0008", "[Objective] needs a static method from Tensors to a Tensor or a tuple of Tensors", Forward("Relu(x)") + "[Objective] Tensor «O»([Shape(4)] Tensor x) => F(x);" },
        { "NC0008", "[Objective] needs a [Shape(…)] on its parameter 'x'", Forward("Relu(x)") + "[Objective] static Tensor «O»(Tensor x) => F(x);" },
        { "NC0010", "Objective 'O' has to be one number for each sample but is 4; take its mean or its sum", Forward("Dense(x, 4)") + "[Objective] static Tensor O([Shape(4)] Tensor x) => «Relu(F(x))»;" },
        { "NC0011", "Objective 'O' takes its gradient with respect to 'conv9', which it does not compute", Forward("Dense(x, 1)") + "[Objective(\"conv9\")] static Tensor O([Shape(4)] Tensor x) => «Tanh(F(x))»;" },
        { "NC0011", "Objective 'O' takes its gradient with respect to 'x', whose elements are no floating-point numbers", Forward("Dense(x, 1)") + "[Objective(\"x\")] static Tensor O([Shape(4, Type = ElementType.UInt8)] Tensor x) => «Tanh(F(x))»;" },
        // Layers of several tensors, and their arguments.
        { "NC0110", "RoiPool 'roipool1' reads 1×2×2 and 4, expected boxes R×4", Forward("«RoiPool(Reshape(x, [1, 2, 2]), x, 2)»") },
        { "NC0105", "RoiAlign 'roialign1': SamplingRatio is 0, expected 1 to 64", Forward("RoiAlign(Reshape(x, [1, 2, 2]), Reshape(x, [1, 4]), 2, «samplingRatio: 0»)") },
        { "NC0109", "Upsample 'upsample1': AlignCorners is not valid: corners are aligned where the mode is Bilinear", Forward("Upsample(Reshape(x, [1, 2, 2]), 2, «alignCorners: true»)") },
        { "NC0110", "Concatenate 'concatenate1' reads numbers 4 and integers 3, expected either integers or numbers", "[Forward] static Tensor F([Shape(4)] Tensor x, [Shape(3, Type = ElementType.Int32)] Tensor i) => «Concatenate([x, i])»;" },
        { "NC0109", "Split 'split1': Parts is not valid: either parts or sizes are given", Forward("«Split(x)»[0]") },
        // Expressions.
        { "NC0008", "'n' is neither a constant nor static and readonly", "static int n = 3; " + Forward("Dense(x, «n»)") },
        { "NC0008", "the tensor has no value", "[Forward] static Tensor F([Shape(4)] Tensor x) { Tensor y = null!; return Relu(«y»); }" },
        { "NC0008", "it divides by zero", "[Forward] static Tensor F([Shape(4)] Tensor x) { var zero = 0; return Dense(x, «3 / zero»); }" },
        { "NC0008", "the index is 3, expected 0 to 1", "[Forward] static Tensor F([Shape(4)] Tensor x) { var sizes = new[] { 1, 2 }; return Dense(x, «sizes[3]»); }" },
        { "NC0008", "no arm of the switch fits", "[Forward] static Tensor F([Shape(4)] Tensor x) { var n = 3; return Dense(x, «n switch { 1 => 2 }»); }" },
        { "NC0008", "a lambda expression cannot be part of a declaration", "[Forward] static Tensor F([Shape(4)] Tensor x) { System.Func<int> n = «() => 3»; return Relu(x); }" },
        { "NC0008", "a new object cannot be part of a declaration", "[Forward] static Tensor F([Shape(4)] Tensor x) { var o = «new object()»; return Relu(x); }" },
        { "NC0008", "a try statement cannot be part of a declaration", "[Forward] static Tensor F([Shape(4)] Tensor x) { «try { return Relu(x); } finally { }» }" },
        { "NC0008", "it did not end within 200000 steps", "[Forward] static Tensor F([Shape(4)] Tensor x) { «for (var i = 0; ; i++) { }» }" },
        { "NC0008", "calls are nested too deeply", Forward("Deep(x, 0)") + "static Tensor Deep(Tensor x, int n) => «Deep(x, n + 1)»;" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void ARuleIsReportedWhereItIsBroken(string id, string message, string members)
    {
        var markup = new Markup($"using static NetCompiler.Layers;\n\n[Network]\npublic sealed partial class Net\n{{\n    {members}\n}}\n");

        var diagnostic = Assert.Single(Generation.Run([new("DesignTimeBuild", "true")], markup.Source).Diagnostics);

        Assert.Equal($"{id}: {(id == "NC0008" ? NotEvaluable : "")}{message}", $"{diagnostic.Id}: {diagnostic.GetMessage()}");
        Assert.Equal(markup.Span, diagnostic.Location.GetLineSpan().Span);
    }

    private static string Forward(string expression) => $"[Forward] static Tensor F([Shape(4)] Tensor x) => {expression};\n    ";
}
