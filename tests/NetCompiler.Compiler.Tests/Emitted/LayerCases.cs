using System.Collections.Immutable;
using System.Globalization;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;
using NetCompiler.Compiler.Ops;
using static NetCompiler.Compiler.Tests.Reference.Chains;

namespace NetCompiler.Compiler.Tests.Emitted;

/// <summary>Random small networks around each kind of layer: odd sizes, strides, paddings, channels, endings.</summary>
public static class LayerCases
{
    /// <summary>Multiply-adds of a batch: what the reference, which is slow, takes a moment for.</summary>
    public const double LargestWork = 300_000;

    private const int DrawsOfASize = 200;

    private static readonly int[] s_channels = [1, 2, 3, 5, 16, 17, 25, 50];
    private static readonly int[] s_sizes = [1, 2, 3, 5, 6, 7, 8, 11, 13, 14];
    private static readonly int[] s_batches = [1, 2, 3, 7, 17, 33];

    /// <summary>A network that has a layer of the kind.</summary>
    public static NetworkCase Around(string kind, string name, int seed, int[] widths, double largestWork = LargestWork) =>
        Of(random => RecurrentCases.Kinds.Contains(kind) ? RecurrentCases.Around(kind, random) : Layers(kind, random), name, seed, widths,
            PassOptions.Default, largestWork);

    /// <summary>A network of a series of layers that passes care about together.</summary>
    public static NetworkCase Of(
        Func<Random, IEnumerable<LayerSpec>> series, string name, int seed, int[] widths, PassOptions options, double largestWork = LargestWork)
    {
        var random = new Random(seed);
        for (var draw = 1; ; draw++)
        {
            largestWork = Allowed(largestWork, draw);
            var build = NetworkBuilder.Build(new NetworkSpec("Emitted", name, true, [.. series(random)]));
            // Where numbers crowd, as behind several curves, some networks have no draw without ties: another one then.
            if (build.Model is { } model && Batch(model, random, largestWork) is { } batch
                && (!model.Layers.Any(l => Curves.Contains(l.Kind) || l.Kind is "TopK" or "TopKIndices" or "ArgMax" or "ArgMin") || CaseNumbers.Find(model, batch, seed, CaseRunner.CallSeed) is not null))
                return new NetworkCase(model, batch, seed, widths, options);
        }
    }

    /// <summary>What residual networks are made of: a normalised convolution, a pooled ReLU, a convolution that keeps the size.</summary>
    public static IEnumerable<LayerSpec> Block(Random random)
    {
        var channels = Channels(random);
        var same = Pair(Window.Same, Window.Same);
        yield return Image(Any(random, 1, 4), Any(random, 4, 9), Any(random, 4, 9));
        yield return Layer("Conv", ("Channels", channels), ("Kernel", Pair(3, 3)), ("Padding", same), ("Bias", random.Next(2) == 0));
        yield return Layer("BatchNorm", ("Epsilon", 0.01));
        yield return Layer("Relu");
        yield return Layer("MaxPool", ("Window", Pair(2, random.Next(3) == 0 ? 3 : 2)));
        yield return Layer("Conv", ("Channels", channels), ("Kernel", Pair(3, random.Next(3) == 0 ? 2 : 3)), ("Padding", same));
        yield return Activation(random);
        foreach (var layer in Ending(isVector: false, random))
            yield return layer;
    }

    /// <summary>An average over padding, and a Flatten that stays where it is.</summary>
    public static IEnumerable<LayerSpec> Tail(Random random)
    {
        yield return Image(Any(random, 1, 4), Any(random, 3, 9), Any(random, 3, 9));
        yield return Layer("Conv", ("Channels", Channels(random)), ("Kernel", Pair(1, 2)));
        yield return Layer("AveragePool", ("Window", Pair(Any(random, 2, 3), Any(random, 2, 4))), ("Padding", Pair(1, Any(random, 0, 1))),
            ("Stride", Pair(Any(random, 1, 2), Any(random, 1, 2))));
        yield return Layer("Flatten");
        yield return random.Next(2) == 0 ? Layer("BatchNorm", ("Epsilon", 0.1)) : Layer("Softmax");
        yield return Layer("Dense", ("Units", Any(random, 2, 20)));
        yield return Layer("Loss", ("Kind", "CrossEntropy"));
    }

    /// <summary>A normalisation that stands by itself.</summary>
    public static IEnumerable<LayerSpec> Normalisation(Random random)
    {
        yield return random.Next(2) == 0 ? VectorInput(random, isFocus: false) : ImageInput(random, isFocus: false);
        yield return Layer("BatchNorm", ("Epsilon", 0.01));
        yield return Layer("Relu");
        yield return Layer("Flatten");
        yield return Layer("Dense", ("Units", Any(random, 2, 20)));
        yield return Layer("Loss", ("Kind", "MeanSquaredError"));
    }

    /// <summary>A few layers of any kinds.</summary>
    public static IEnumerable<LayerSpec> Chain(Random random)
    {
        // Small kernels of stride 1 over several channels: what there are several candidates for.
        yield return Image(Any(random, 1, 5), Any(random, 5, 10), Any(random, 5, 10));
        for (var i = Any(random, 1, 2); i > 0; i--)
        {
            yield return random.Next(3) == 0
                ? Layer("Conv", ("Channels", Channels(random)), ("Kernel", Pair(Any(random, 1, 3), Any(random, 1, 3))),
                    ("Padding", Pair(1, 1)))
                : Layer("Conv", ("Channels", Channels(random)), ("Kernel", Pair(3, 3)),
                    ("Padding", Pair(Any(random, 0, 1), Any(random, 0, 1))), ("Bias", random.Next(4) > 0));
            if (random.Next(2) == 0)
                yield return Layer("BatchNorm", ("Epsilon", 0.01));
            yield return Activation(random);
            if (random.Next(2) == 0)
                yield return Pool(random.Next(3) == 0 ? "AveragePool" : "MaxPool", random);
            if (random.Next(4) == 0)
                yield return Layer("Dropout", ("Rate", 0.25));
        }

        foreach (var layer in Ending(isVector: false, random))
            yield return layer;
    }

    /// <summary>A network whose loss is a method: one loss with numbers of its own, alone or with another one.</summary>
    public static NetworkCase Losses(string kind, string name, int seed, int[] widths, double largestWork = LargestWork)
    {
        var random = new Random(seed);
        for (var draw = 1; ; draw++)
        {
            largestWork = Allowed(largestWork, draw);
            var units = kind is "CrossEntropy" or "KLDivergence" ? Any(random, 2, 30) : Any(random, 1, 40);
            var layers = new List<LayerSpec> { VectorInput(random, isFocus: false) };
            layers.Add(Layer("Dense", ("Units", Any(random, 1, 20))) with { Inputs = [0] });
            layers.Add(Layer("Tanh") with { Inputs = [1] });
            layers.Add(Layer("StopGradient") with { Inputs = [2] });
            layers.Add(Layer("Multiply") with { Inputs = [2, 3] });
            layers.Add(Layer("Dense", ("Units", units)) with { Inputs = [4] });
            layers.Add(Layer("Labels", (LabelsLayer.ShapeArgument, true), ("Length", units)) with { Inputs = [], Hint = "target", IsAside = true });
            var loss = kind switch
            {
                "CrossEntropy" => Layer("Loss", ("Kind", kind), ("LabelSmoothing", random.Next(3) * 0.125), ("ClassWeights",
                    Enumerable.Range(0, units).Select(c => 0.5 + c % 4 * 0.25).ToImmutableArray())),
                "Huber" => Layer("Loss", ("Kind", kind), ("Delta", Any(random, 1, 4) * 0.25)),
                "Hinge" => Layer("Loss", ("Kind", kind), ("Margin", Any(random, -1, 4) * 0.25)),
                _ => Layer("Loss", ("Kind", kind)),
            };
            layers.Add(loss with { Inputs = [5, 6], IsAside = true });
            if (random.Next(2) == 0)
            {
                layers.Add(Layer("Loss", ("Kind", "MeanSquaredError")) with { Inputs = [6, 5], IsAside = true });
                layers.Add(Layer("Affine", ("Scale", 0.25)) with { Inputs = [8], IsAside = true });
                layers.Add(Layer("Add") with { Inputs = [7, 9], IsAside = true });
            }

            var (input, output) = (new EntryValue("input", 0), new EntryValue("outputs", 5));
            var build = NetworkBuilder.Build(new NetworkSpec("Emitted", name, true, [.. layers],
            [
                new EntrySpec("Run", EntryKind.Forward, [input], [output], []),
                new EntrySpec("Cost", EntryKind.Loss, [input, new EntryValue("target", 6)], [output, new EntryValue("loss", layers.Count - 1)], []),
            ]));
            if (build.Model is { } model && Batch(model, random, largestWork) is { } batch && CaseNumbers.Find(model, batch, seed, CaseRunner.CallSeed) is not null)
                return new NetworkCase(model, batch, seed, widths, PassOptions.Default);
        }
    }

    /// <summary>The network with shortcuts: a result is added to a later one of the same shape, as chains cannot declare.</summary>
    public static NetworkModel WithShortcuts(NetworkModel model)
    {
        var rewriter = new GraphRewriter(model.Graph);
        var last = new Dictionary<TensorType, Value>();
        foreach (var node in model.Graph.Nodes)
        {
            rewriter.Copy(node);
            if (node.Operator is not (Elementwise or MaxPool) || node.Result.Type.Rank < 4 || node.Inputs.Length > 1)
                continue;
            var result = rewriter[node.Result];
            if (last.TryGetValue(result.Type, out var earlier))
            {
                var sum = rewriter.Target.Add(Add.Instance, $"{node.Name}.shortcut", [result, earlier], layer: node.Layer);
                rewriter.Map(node.Result, sum.Result);
            }

            last[result.Type] = rewriter[node.Result];
        }

        var graph = rewriter.Finish();
        return model with
        {
            Graph = graph,
            Input = rewriter[model.Input],
            Prediction = rewriter[model.Prediction],
            Loss = model.Loss! with { Target = rewriter[model.Loss.Target!], PerSample = rewriter[model.Loss.PerSample] },
            Parameters = [.. model.Parameters.Select(p => p with { Value = rewriter[p.Value] })],
            Layers = [.. model.Layers.Select(l => l with
            {
                Result = rewriter[l.Result],
                Predicted = l.Predicted is null ? null : rewriter[l.Predicted],
            })],
        };
    }

    // Some kinds have hardly a network as small as a slow target wants, or none: after many draws it may be twice as large.
    private static double Allowed(double work, int draw) => draw % DrawsOfASize == 0 ? 2 * work : work;

    /// <summary>A batch that the network can be run with in a moment; null if there is none.</summary>
    public static int? Batch(NetworkModel model, Random random, double largestWork = LargestWork)
    {
        var work = LayerFacts.Of(model).Sum(f => Math.Max(f.MultiplyAdds, f.Layer.Result.Type.SampleLength * 8.0));
        var least = LeastBatch(model);
        var possible = s_batches.Where(b => b >= least && b * work <= largestWork).ToArray();
        return possible.Length == 0 ? null : possible[random.Next(possible.Length)];
    }

    // The variance of very few numbers is so badly conditioned that its gradient says nothing.
    private static int LeastBatch(NetworkModel model) => model.Graph.Nodes.Where(n => n.Operator is BatchNorm)
        .Select(n => (int)Math.Ceiling(7.0 * n.Result.Type.Shape[1].Size / n.Result.Type.SampleLength)).DefaultIfEmpty(1).Max();

    private static List<LayerSpec> Layers(string kind, Random random)
    {
        if (RankCases.Of(kind, random) is { } own)
            return own;
        if (RegionCases.Kinds.Contains(kind))
            return RegionCases.Of(kind, random);
        var layers = new List<LayerSpec>();
        var isVector = kind is not ("Conv" or "MaxPool" or "AveragePool" or "GlobalAveragePool" or "Flatten")
            && !s_imageLayers.Contains(kind) && random.Next(3) == 0;
        layers.Add(isVector ? VectorInput(random, kind == "Input") : ImageInput(random, kind == "Input"));
        // What has no parameters of its own has a gradient only behind something that has.
        var isOnInput = random.Next(s_needsGradient.Contains(kind) ? 8 : 3) == 0 && kind is not ("Loss" or "Input")
            && !Curves.Contains(kind) || s_steps.Contains(kind);
        if (!isOnInput)
        {
            layers.Add(isVector
                ? Layer("Dense", ("Units", Any(random, 1, 40)), ("Bias", random.Next(4) > 0))
                : Layer("Conv", ("Channels", Channels(random)), ("Kernel", Pair(Any(random, 1, 3), Any(random, 1, 3))),
                    ("Padding", Pair(Window.Same, Window.Same)), ("Bias", random.Next(4) > 0)));
            if (random.Next(3) == 0)
                layers.Add(Activation(random));
        }

        // What can be expanded has an extent of 1.
        if (kind == "Expand")
            layers.Add(Layer("Mean"));
        if (kind == "Dense" && !isVector)
            layers.Add(Layer(random.Next(4) == 0 ? "GlobalAveragePool" : "Flatten"));
        if (LayerRegistry.Get(kind).Signature.Inputs != 1)
            Join(kind, layers, isVector, random);
        else if (kind == "Split")
            Part(layers, isVector, random);
        else if (Curves.Contains(kind))
            layers.AddRange(Bends(kind, random));
        else if (kind is not ("Loss" or "Input"))
            layers.Add(Reshaping(kind, layers, random) ?? Focus(kind, layers[0], random));
        // Lengths of much are large.
        if (kind == "Norm")
            layers.Add(Layer("Affine", ("Scale", 0.0625)));
        isVector |= kind is "GlobalAveragePool" or "Flatten" or "Dense" or "GlobalMaxPool";
        if (kind == "Reshape")
            isVector = layers[^1].Arguments.Ints("Shape").Length == 1;
        // Several curves crowd their numbers: behind them stands nothing that bends or chooses, so that there are draws without ties.
        var isCurve = Curves.Contains(kind);
        if (random.Next(2) == 0)
            layers.Add(Activation(random) is var activation && isCurve ? Layer("Tanh") : activation);
        // What is interpolated is often equal but for rounding.
        if (!isVector && kind != "Upsample" && random.Next(2) == 0)
            layers.Add(Pool(random.Next(3) == 0 || isCurve ? "AveragePool" : "MaxPool", random));
        // Behind two ways that meet, what a normalisation takes out is nearly all of some gradients; behind curves channels may be constant.
        // So it is behind another normalisation, and behind numbers that a layer has made alike.
        if (random.Next(6) == 0 && LayerRegistry.Get(kind).Signature.Inputs == 1 && !Curves.Contains(kind)
            && !s_normalising.Contains(kind))
        {
            layers.Add(Layer("BatchNorm", ("Epsilon", 0.01)));
        }

        if (random.Next(8) == 0)
            layers.Add(Layer("Dropout", ("Rate", 0.25)));
        layers.AddRange(Ending(isVector, random));
        return layers;
    }

    private static readonly HashSet<string> s_normalising =
    [
        "ArgMax", "ArgMin", "Expand", "GroupNorm", "InstanceNorm", "L2Normalize", "LayerNorm", "LocalResponseNorm", "LogSoftmax", "Max", "Mean",
        "Min", "Norm", "OneHot", "Sum", "TopK", "TopKIndices", "Variance",
    ];

    private static readonly HashSet<string> s_needsGradient = ["GroupNorm", "L2Normalize", "LayerNorm", "LocalResponseNorm", "LogSoftmax"];

    private static readonly HashSet<string> s_imageLayers =
    [
        "AdaptiveAveragePool", "AdaptiveMaxPool", "ConvTranspose", "Expand", "FixedConv", "GlobalMaxPool", "InstanceNorm", "Pad", "PixelShuffle", "PixelUnshuffle", "Subsample",
        "Upsample",
    ];

    // Steps, through which no gradient goes, stand on the input.
    private static readonly HashSet<string> s_steps = ["ArgMax", "ArgMin", "OneHot", "TopKIndices"];

    // Shapes, pooling, reductions and normalisation; what does not fit is drawn again.
    private static LayerSpec? Reshaping(string kind, List<LayerSpec> layers, Random random) => kind switch
    {
        "ArgMax" or "ArgMin" => Layer(kind, ("Axes", SomeAxes(random))),
        "Expand" => Layer(kind, ("Shape", ImmutableArray.Create(Any(random, 1, 6), Any(random, 1, 5), Any(random, 1, 5)))),
        "FixedConv" => FixedConvolution(layers.FindLast(l => l.Arguments.Has("Channels"))!.Arguments.Int("Channels"), random),
        "Norm" => Layer(kind, ("Axes", SomeAxes(random)), ("Order", random.Next(4) == 0 ? 1 : 2)),
        "OneHot" => Layer(kind, ("Classes", Any(random, 2, 9))),
        "Tile" => Layer(kind, ("Repeats", random.Next(2) == 0
            ? ImmutableArray.Create(Any(random, 1, 4)) : [Any(random, 1, 3), Any(random, 1, 3), Any(random, 1, 3)])),
        "TopK" or "TopKIndices" => Layer(kind, ("Count", Any(random, 1, 6))),
        "Variance" => Layer(kind, ("Axes", SomeAxes(random)), ("Correction", random.Next(2))),
        "AdaptiveAveragePool" or "AdaptiveMaxPool" => Layer(kind, ("Size", Pair(Any(random, 1, 6), Any(random, 1, 6)))),
        "ConvTranspose" => TransposedConvolution(random),
        "GroupNorm" => Layer(kind, ("Groups", random.Next(6) == 0 ? 1 : Any(random, 2, 8)), ("Epsilon", 0.1),
            ("Affine", random.Next(4) > 0)),
        "InstanceNorm" or "LayerNorm" => Layer(kind, ("Epsilon", 0.1), ("Affine", random.Next(6) > 0)),
        "L2Normalize" => Layer(kind, ("Epsilon", random.Next(2) == 0 ? 1e-6 : 0.5)),
        "LocalResponseNorm" => Layer(kind, ("Size", Any(random, 1, 6)), ("Alpha", Any(random, 1, 8) * 0.25),
            ("Beta", Any(random, 1, 4) * 0.25), ("Bias", Any(random, 1, 3) * 0.5)),
        "Max" or "Mean" or "Min" or "Sum" => Layer(kind, ("Axes", SomeAxes(random))),
        "Pad" => Layer(kind, ("Padding", Sides(random)), ("Mode", ((PaddingMode)random.Next(3)).ToString()),
            ("Value", Any(random, -1, 1) * 0.5)),
        "PixelShuffle" or "PixelUnshuffle" => Layer(kind, ("Factor", Any(random, 1, 3))),
        "Reshape" => Layer(kind, ("Shape", random.Next(4) == 0
            ? ImmutableArray.Create(-1)
            : random.Next(3) switch { 0 => [Any(random, 1, 8), -1, 1], 1 => [-1, Any(random, 1, 4), 2], _ => [Any(random, 1, 4), 2, -1] })),
        "Upsample" => Layer(kind, ("Scale", Pair(Any(random, 1, 4), Any(random, 1, 4))),
            ("Mode", (random.Next(3) is var mode && mode == 0 ? InterpolationMode.Nearest : InterpolationMode.Bilinear).ToString()),
            ("AlignCorners", mode == 2)),
        _ => null,
    };

    private static ImmutableArray<int> SomeAxes(Random random) => [.. Enumerable.Range(0, 3).Where(axis => random.Next(2) == 0)];

    private static LayerSpec FixedConvolution(int inputs, Random random)
    {
        var (groups, ky, kx) = (random.Next(2) == 0 ? inputs : 1, Any(random, 1, 3), Any(random, 1, 3));
        var channels = groups * Any(random, 1, 3);
        // Several of them are alike, as those of filters are; and what comes out is about as large as what goes in.
        var unit = 0.25 * Math.Pow(2, -Math.Ceiling(Math.Log2(Math.Sqrt(inputs / groups * ky * kx))));
        return Layer("FixedConv", ("Channels", channels), ("Kernel", Pair(ky, kx)), ("Groups", groups),
            ("Padding", Pair(Any(random, 0, 1), Any(random, 0, 1))), ("Stride", Pair(Any(random, 1, 2), 1)),
            ("Weights", Enumerable.Range(0, channels * inputs / groups * ky * kx).Select(_ => Any(random, -4, 4) * unit).ToImmutableArray()));
    }

    private static ImmutableArray<int> Sides(Random random) =>
        [.. Enumerable.Range(0, random.Next(3) switch { 0 => 1, 1 => 2, _ => 4 }).Select(_ => random.Next(4))];

    private static LayerSpec TransposedConvolution(Random random)
    {
        var stride = Pair(Any(random, 1, 3), Any(random, 1, 3));
        var groups = random.Next(3) == 0 ? Any(random, 2, 5) : 1;
        return Layer("ConvTranspose", ("Channels", groups == 1 ? Channels(random) : groups * Any(random, 1, 3)),
            ("Kernel", Pair(Any(random, 1, 4), Any(random, 1, 4))), ("Stride", stride),
            ("Padding", random.Next(2) == 0 ? Pair(0, 0) : Pair(Any(random, 0, 2), Any(random, 0, 2))),
            ("OutputPadding", Pair(random.Next(stride[0]), random.Next(stride[1]))),
            ("Dilation", random.Next(3) > 0 ? Pair(1, 1) : Pair(Any(random, 1, 3), Any(random, 1, 3))), ("Groups", groups),
            ("Bias", random.Next(4) > 0));
    }

    private static LayerSpec Focus(string kind, LayerSpec input, Random random) => kind switch
    {
        "Conv" => Convolution(input, random),
        "Dense" => Layer(kind, ("Units", random.Next(3) == 0 ? Any(random, 1, 130) : Channels(random)), ("Bias", random.Next(4) > 0)),
        "MaxPool" or "AveragePool" or "Subsample" => Pool(kind, random),
        "LeakyRelu" => Layer(kind, ("Slope", Any(random, -2, 3) * 0.25)),
        // Starts and sizes that do not fit are drawn again.
        "Slice" => Layer(kind, ("Start", random.Next(5)), ("Size", Any(random, 1, 9)), ("Axis", random.Next(2) * random.Next(3))),
        "Affine" => Layer(kind, ("Scale", Any(random, -2, 3) * 0.5), ("Shift", Any(random, -1, 1) * 0.25)),
        "Dropout" => Layer(kind, ("Rate", Any(random, 0, 3) * 0.25)),
        "BatchNorm" => Layer(kind, ("Momentum", Any(random, 0, 4) * 0.25), ("Epsilon", random.Next(2) == 0 ? 1e-3 : 0.1)),
        _ => Layer(kind),
    };

    /// <summary>Functions of one number, which stand in each other's networks.</summary>
    public static ImmutableArray<string> Curves { get; } =
    [
        "Abs", "Clip", "Elu", "Exp", "Gelu", "HardSigmoid", "HardSwish", "Log", "PRelu", "Power", "Selu", "Silu", "Softplus", "Sqrt", "Square",
    ];

    /// <summary>Comparisons, which stand in each other's networks too, and where they are made use of.</summary>
    public static ImmutableArray<string> Choices { get; } =
        ["Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "NotEqual", "Where", "Minimum", "Maximum"];

    private static IEnumerable<LayerSpec> Bends(string kind, Random random)
    {
        foreach (var curve in Enumerable.Range(0, 2).Select(_ => Curves[random.Next(Curves.Length)]).Prepend(kind))
        {
            // Powers of what is large say nothing; logarithms and roots are of positive numbers.
            if (curve is "Exp" or "Square")
                yield return Layer("Tanh");
            if (curve is "Log" or "Sqrt" or "Power")
            {
                yield return Layer("Sigmoid");
                yield return Layer("Affine", ("Scale", curve == "Power" ? 1.0 : 3.0), ("Shift", curve == "Power" ? 0.5 : 0.25));
            }

            // Of both forms.
            if (curve is "Gelu" or "PRelu")
                yield return Layer(curve, (curve == "Gelu" ? "Approximate" : "PerChannel", true));
            double[] powers = [0, 0.3, 0.5, 1, 1.5, 2, 3, 7, -0.5, -1, -2];
            yield return curve switch
            {
                "Elu" => Layer(curve, ("Alpha", Any(random, 1, 4) * 0.25)),
                "Softplus" => Layer(curve, ("Beta", Any(random, 1, 4) * 0.5)),
                "Power" => Layer(curve, ("Exponent", powers[random.Next(powers.Length)])),
                "Clip" => random.Next(3) switch
                {
                    0 => Layer(curve, ("Min", -0.5)),
                    1 => Layer(curve, ("Max", 0.75)),
                    _ => Layer(curve, ("Min", Any(random, -3, 0) * 0.25), ("Max", Any(random, 1, 6) * 0.5)),
                },
                _ => Layer(curve),
            };
            // Squares crowd at zero, where other functions bend.
            if (curve == "Square")
                yield return Layer("Affine", ("Scale", 1.0), ("Shift", -0.25));
        }
    }

    // Two ways from the last layer, and a layer of the kind where they meet: of one shape, or, on images, one that is broadcast.
    private static void Join(string kind, List<LayerSpec> layers, bool isVector, Random random)
    {
        var from = layers.Count - 1;
        // Quotients by numbers near zero say nothing; x and tanh(x) are ties near zero, x and relu(x) are everywhere above it.
        // Choices have to do with numbers that are equal, as positive ones are.
        var right = kind is "Add" ? "Tanh" : Choices.Contains(kind) && random.Next(2) == 1 ? "LeakyRelu" : "Sigmoid";
        layers.Add(Layer(right) with { Inputs = [from] });
        if (kind == "Divide")
            layers.Add(Layer("Affine", ("Scale", 1.0), ("Shift", 0.5)));
        var (a, b) = (from, layers.Count - 1);
        if (kind == "Concatenate")
        {
            ImmutableArray<LayerResult> inputs = random.Next(3) switch { 0 => [b], 1 => [a, b], _ => [b, a, b] };
            layers.Add(Layer(kind, ("Axis", isVector ? 0 : random.Next(3))) with { Inputs = inputs });
            return;
        }

        if (!isVector && random.Next(2) == 0)
        {
            // One channel beside all of them. A bias behind choices is nearly the same for all channels, which a Softmax does not see.
            layers.Add(Layer("Conv", ("Channels", 1), ("Kernel", Pair(1, 1)), ("Bias", !Choices.Contains(kind))) with { Inputs = [a] });
            a = layers.Count - 1;
        }

        if (!Choices.Contains(kind))
        {
            layers.Add(Layer(kind) with { Inputs = random.Next(2) == 0 || kind == "Divide" ? [a, b] : [b, a] });
            return;
        }

        // As comparisons have no gradient, what they choose from brings it.
        foreach (var choice in Choices.Where(c => c is not ("Where" or "Minimum" or "Maximum")))
        {
            layers.Add(Layer(choice) with { Inputs = random.Next(2) == 0 ? [a, b] : [b, a] });
            layers.Add(Layer("Where") with { Inputs = random.Next(2) == 0 ? [layers.Count - 1, a, b] : [layers.Count - 1, b, a] });
            b = layers.Count - 1;
        }

        foreach (var choice in new[] { "Minimum", "Maximum" })
        {
            layers.Add(Layer(choice) with { Inputs = random.Next(2) == 0 ? [a, b] : [b, a] });
            b = layers.Count - 1;
        }

        // Where all were chosen from what is broadcast, channels would be alike, and a Softmax would not see by how much.
        layers.Add(Layer("Add") with { Inputs = [from, b] });
        layers.Add(Layer("Tanh"));
    }

    // In parts, some of which are used once or several times: added up where they are equal, else put together in another order.
    private static void Part(List<LayerSpec> layers, bool isVector, Random random)
    {
        var (from, axis) = (layers.Count - 1, isVector ? 0 : random.Next(3));
        var isEqual = random.Next(2) == 0;
        var sizes = Enumerable.Range(0, Any(random, 1, 4)).Select(_ => Any(random, 1, 6)).ToImmutableArray();
        layers.Add((isEqual ? Layer("Split", ("Parts", sizes.Length), ("Axis", axis)) : Layer("Split", ("Sizes", sizes), ("Axis", axis))) with
        {
            Inputs = [from],
        });
        var split = layers.Count - 1;
        ImmutableArray<LayerResult> used =
            [.. Enumerable.Range(0, sizes.Length).OrderBy(_ => random.Next()).Take(Any(random, 1, sizes.Length)).Select(i => new LayerResult(split, i))];
        layers.Add(used.Length > 1 && isEqual
            ? Layer("Multiply") with { Inputs = [used[0], used[1]] }
            : Layer("Concatenate", ("Axis", axis)) with { Inputs = used.Add(used[0]) });
    }

    private static LayerSpec Convolution(LayerSpec input, Random random)
    {
        var (ky, kx) = (Any(random, 1, 7), random.Next(2) == 0 ? Any(random, 1, 7) : 0);
        kx = kx == 0 ? ky : kx;
        var channels = Channels(random);
        var groups = 1;
        if (random.Next(3) == 0)
        {
            // Depthwise, if it stands behind the input, or groups by chance.
            groups = random.Next(2) == 0 && input.Arguments.Has("Channels") ? input.Arguments.Int("Channels") : Any(random, 2, 5);
            channels = groups * Any(random, 1, 3);
        }

        var padding = random.Next(3) switch
        {
            0 => Pair(0, 0),
            1 => Pair(Window.Same, Window.Same),
            _ => Pair(Any(random, 0, ky), Any(random, 0, kx)),
        };
        return Layer("Conv", ("Channels", channels), ("Kernel", Pair(ky, kx)), ("Padding", padding), ("Groups", groups),
            ("Stride", random.Next(2) == 0 ? Pair(1, 1) : Pair(Any(random, 1, ky + 1), Any(random, 1, kx + 1))),
            ("Dilation", random.Next(3) > 0 ? Pair(1, 1) : Pair(Any(random, 1, 3), Any(random, 1, 3))), ("Bias", random.Next(4) > 0));
    }

    private static LayerSpec Pool(string kind, Random random)
    {
        var window = Pair(Any(random, 1, 4), Any(random, 1, 4));
        if (random.Next(2) == 0)
            window = Pair(window[0], window[0]);
        var layer = Layer(kind, ("Window", window), ("Ceil", random.Next(3) == 0));
        if (kind == "Subsample")
            layer = Layer(kind, ("Window", window));
        if (random.Next(2) == 0)
            layer = layer with { Arguments = layer.Arguments.With("Stride", Pair(Any(random, 1, 3), Any(random, 1, 3))) };
        return random.Next(3) switch
        {
            0 => layer with { Arguments = layer.Arguments.With("Padding", Pair(random.Next(window[0]), random.Next(window[1]))) },
            1 when random.Next(2) == 0 => layer with { Arguments = layer.Arguments.With("Padding", Pair(Window.Same, Window.Same)) },
            _ => layer,
        };
    }

    internal static LayerSpec Activation(Random random) => random.Next(5) switch
    {
        0 => Layer("LeakyRelu", ("Slope", 0.125)),
        1 => Layer("Sigmoid"),
        2 => Layer("Tanh"),
        _ => Layer("Relu"),
    };

    private static LayerSpec ImageInput(Random random, bool isFocus)
    {
        var (height, width) = (Size(random), Size(random));
        if (random.Next(2) == 0)
            width = height;
        var channels = random.Next(3) == 0 ? Channels(random) : Any(random, 1, 4);
        return Preprocessed(Image(channels, height, width), channels, isFocus, random);
    }

    private static LayerSpec VectorInput(Random random, bool isFocus)
    {
        var length = random.Next(2) == 0 ? Any(random, 1, 130) : Channels(random);
        return Preprocessed(Layer("Input", ("Length", length)), length, isFocus, random);
    }

    private static LayerSpec Preprocessed(LayerSpec layer, int channels, bool isFocus, Random random)
    {
        if (!isFocus && random.Next(6) > 0)
            return layer;
        var arguments = layer.Arguments;
        if (random.Next(3) > 0)
            arguments = arguments.With("Type", "UInt8").With("Scale", 1.0 / 256);
        if (random.Next(2) == 0)
            arguments = arguments.With("Mean", Numbers(random.Next(2) == 0 ? 1 : channels, 0.1));
        if (random.Next(2) == 0)
            arguments = arguments.With("Deviation", Numbers(random.Next(2) == 0 ? 1 : channels, 0.5));
        return layer with { Arguments = arguments };

        static ImmutableArray<double> Numbers(int count, double first) => [.. Enumerable.Range(0, count).Select(i => first + i * 0.0625)];
    }

    // What networks end in: logits, probabilities, numbers, images.
    internal static IEnumerable<LayerSpec> Ending(bool isVector, Random random)
    {
        var (last, loss) = random.Next(8) switch
        {
            0 => (null, "MeanSquaredError"),
            1 => (Layer("Sigmoid"), "BinaryCrossEntropy"),
            2 => (null, "BinaryCrossEntropy"),
            3 => (Layer("Softmax"), "MeanSquaredError"),
            4 or 5 => (Layer("Softmax"), "CrossEntropy"),
            6 => (Activation(random), "MeanSquaredError"),
            _ => (null, "CrossEntropy"),
        };
        if (!isVector && (loss == "CrossEntropy" || random.Next(2) == 0))
        {
            isVector = true;
            yield return Layer(random.Next(4) == 0 ? "GlobalAveragePool" : "Flatten");
        }

        if (isVector && random.Next(3) > 0)
            yield return Layer("Dense", ("Units", Any(random, 1, 40)));
        if (last is not null)
            yield return last;
        yield return Layer("Loss", ("Kind", loss));
    }

    private static int Channels(Random random) => random.Next(3) == 0 ? Any(random, 1, 40) : s_channels[random.Next(s_channels.Length)];

    private static int Size(Random random) => s_sizes[random.Next(s_sizes.Length)];

    private static int Any(Random random, int min, int max) => random.Next(min, max + 1);

    /// <summary>A name that sorts as its number does.</summary>
    public static string Name(string prefix, int number) => prefix + number.ToString($"D{Digits}", CultureInfo.InvariantCulture);

    /// <summary>Digits behind the prefix.</summary>
    public const int Digits = 4;
}
