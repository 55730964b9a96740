using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Language;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Ops.Losses;
using NetCompiler.Compiler.Passes;
using NetCompiler.Compiler.Tests.Reference;

namespace NetCompiler.Compiler.Tests.Emitted;

/// <summary>
/// Numbers to run a network with, and what comes of them in double precision: prediction and all layers of the declared graph, and
/// the same graph in training with its gradients, before any pass that rewrites it.
/// </summary>
public sealed class CaseNumbers
{
    // A place where single precision decides otherwise than double is no error of the compiler. Rounding is 20 times less.
    private const double Margin = 2e-5;
    private const int Attempts = 60;

    // Errors of so many times what single precision does to the reference are nobody's fault.
    private const double Roundings = 8;

    // Numbers whose largest is less are zeros but for rounding in double precision.
    private const double Nothing = 1e-14;

    private readonly Lazy<ReferenceValues> _rounded;

    private CaseNumbers(
        Dictionary<string, double[]> values, ReferenceValues training, Func<ReferenceValues> rounded, ReferenceValues layers, Graph trainingGraph)
    {
        Values = values;
        Training = training;
        Layers = layers;
        TrainingGraph = trainingGraph;
        _rounded = new(rounded);
    }

    /// <summary>Inputs and parameters by name; all are exact in single precision.</summary>
    public Dictionary<string, double[]> Values { get; }

    /// <summary>All values in training.</summary>
    public ReferenceValues Training { get; }

    /// <summary>All layers in prediction, by their names, and the loss.</summary>
    public ReferenceValues Layers { get; }

    /// <summary>The graph of <see cref="Training"/>.</summary>
    public Graph TrainingGraph { get; }

    /// <summary>Draws numbers until there are no ties; null where that does not succeed.</summary>
    public static CaseNumbers? Find(NetworkModel model, int batch, int seed, uint callSeed)
    {
        var training = TrainingGraphOf(model);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var random = new Random(seed * 1000 + attempt);
            var values = model.Graph.Inputs.Concat(model.Graph.Parameters).ToDictionary(v => v.Name, v => Draw(v, model, batch, random));
            var trained = ReferenceEvaluator.Run(training, batch, values, callSeed);
            if (training.Nodes.Any(n => HasTies(n, trained, batch)))
                continue;
            return new CaseNumbers(
                values, trained, () => ReferenceEvaluator.Run(training, batch, values, callSeed, isRounded: true),
                ReferenceEvaluator.Run(LayersOf(model), batch, values), training);
        }

        return null;
    }

    /// <summary>
    /// What is zero but for rounding: where all of a gradient is, as that of a bias before a normalisation, it is held against the size of
    /// what it is made of and of the largest gradient.
    /// </summary>
    public double Floor(Value value) => Floor(value, value.Producer is null ? 0 : value.Producer.Inputs.Max(Size));

    /// <summary>
    /// The same for networks that are too small for their numbers to be well conditioned: what is made of zeros is held against what these
    /// are made of, and where large numbers cancel each other, an error against what rounding to single precision makes of the reference.
    /// </summary>
    public double IllConditionedFloor(Value value)
    {
        var noise = Training[value].Data.Zip(_rounded.Value[value].Data, (exact, rounded) => Math.Abs(exact - rounded)).Max();
        return Math.Max(Floor(value, Terms(value)), Roundings * noise / CaseRunner.Tolerance);

        double Terms(Value v)
        {
            if (v.Producer is null or { Inputs.IsEmpty: true })
                return 0;
            var terms = v.Producer.Inputs.Max(Size);
            return terms < Nothing ? v.Producer.Inputs.Max(Terms) : terms;
        }
    }

    private double Floor(Value value, double terms)
    {
        var made = Math.Max(terms, TrainingGraph.Outputs.Where(o => o.Role == OutputRole.Gradient).Max(o => Size(o.Value)));
        return Size(value) < 1e-9 * made ? made : 0;
    }

    private double Size(Value value) => Training[value].Data.Max(Math.Abs);

    private static Graph TrainingGraphOf(NetworkModel model)
    {
        var graph = LowerBatchNorm.Run(ExtractOutputs.Run(
            model.Graph, [model.Input, model.Loss!.Target!], [("prediction", model.Prediction), ("loss", model.Loss.PerSample)]));
        var trained = model.Parameters.Where(p => p.IsTrainable).Select(p => p.Value.Name).ToHashSet();
        var loss = graph.Outputs.Single(o => o.Name == "loss").Value;
        return Differentiate.Run(graph, loss, graph.Parameters.Where(p => trained.Contains(p.Name)));
    }

    private static Graph LayersOf(NetworkModel model)
    {
        var graph = ExtractOutputs.Run(model.Graph, [model.Input, model.Loss!.Target!],
            [.. model.Layers.Select(l => (l.Name, l.Result)), ("loss", model.Loss.PerSample)]);
        return GraphRewriter.Rewrite(graph, (rewriter, node) =>
        {
            if (node.Operator is not Dropout)
                return false;
            rewriter.Map(node.Result, rewriter[node.Inputs[0]]);
            return true;
        });
    }

    private static double[] Draw(Value value, NetworkModel model, int batch, Random random)
    {
        var type = value.Type;
        var data = new double[type.IsPerSample ? batch * type.SampleLength : type.SampleLength];
        var classes = IndexBounds.Of(model.Graph, value) ?? (int)model.Prediction.Type.SampleLength;
        var scale = type.SampleShape.Length > 1 ? Math.Sqrt(2.0 / type.SampleShape.Skip(1).Aggregate(1, (p, e) => p * e)) : 0.5;
        var isProbability = value == model.Loss!.Target && model.Spec.Layers.Any(l =>
            l.Kind == "Loss" && l.Arguments.Text("Kind") is "BinaryCrossEntropy" or "KLDivergence" or "CrossEntropy");
        var isScale = model.Parameters.Any(p => p.Value == value && p.Initializer == ParameterInitializer.Ones);
        for (var i = 0; i < data.Length; i++)
        {
            data[i] = type.Element switch
            {
                ScalarKind.U8 => random.Next(256),
                ScalarKind.I32 => random.Next(classes),
                _ when isProbability => (float)random.NextDouble(),
                _ when type.IsPerSample => (float)(random.NextDouble() * 2 - 1),
                _ when value.Name.EndsWith(".running_var", StringComparison.Ordinal) => (float)(random.NextDouble() + 0.5),
                _ when isScale => (float)(random.NextDouble() + 0.5),
                _ => (float)((random.NextDouble() * 2 - 1) * 1.7 * scale),
            };
        }

        return data;
    }

    private static bool HasTies(Node node, ReferenceValues values, int batch) => node.Operator switch
    {
        Relu or LeakyRelu or PRelu or Elu or Selu or Abs => IsNear(values[node.Inputs[0]].Data, 0),
        HardSigmoid or HardSwish => IsNear(values[node.Inputs[0]].Data, -3, 3),
        Clip => IsNear(values[node.Inputs[0]].Data, node.Attributes.Double("min"), node.Attributes.Double("max")),
        Minimum or Maximum or Compare => IsNear(Difference(node, values, batch), 0),
        MeanAbsoluteError => IsNear(Difference(node, values, batch), 0),
        // y · t beside the margin.
        Hinge => IsNear([.. values[node.Inputs[0]].Data.Zip(values[node.Inputs[1]].Data, (y, t) => y * t)], node.Attributes.Double("margin")),
        MaxPool => HasCloseCandidates(node, values[node.Inputs[0]]),
        ArgExtreme or ReduceExtreme => HasCloseExtremes(node, values[node.Inputs[0]]),
        TopK => HasCloseOrder(node, values[node.Inputs[0]]),
        OneHot => values[node.Inputs[0]].Data.Any(x => x != Math.Round(x) && Math.Abs(x - Math.Round(x)) < Margin),
        _ => RegionCases.HasTies(node, values, Margin),
    };

    // What is exactly at a limit, such as the zeros that dropout makes, is decided alike everywhere.
    private static bool IsNear(double[] data, params double[] limits)
    {
        var margin = data.Max(Math.Abs) * Margin;
        return limits.Any(limit => data.Any(x => x != limit && Math.Abs(x - limit) < margin));
    }

    private static double[] Difference(Node node, ReferenceValues values, int batch) => ReferenceEvaluator.Apply(
        Subtract.Instance, Attributes.Empty, [.. node.Inputs.Select(v => v.Type)], [.. node.Inputs.Select(v => values[v])], batch)[0].Data;

    // Equal candidates come from equal numbers in single precision too; the first one wins everywhere.
    private static bool HasCloseCandidates(Node node, ReferenceTensor x)
    {
        var window = Window.From(node.Attributes);
        var (height, width) = (x.Shape[2], x.Shape[3]);
        var margin = x.Data.Max(Math.Abs) * Margin;
        for (var map = 0; map < x.Shape[0] * x.Shape[1]; map++)
            for (var oy = 0; oy < window.Y.Outputs(height); oy++)
                for (var ox = 0; ox < window.X.Outputs(width); ox++)
                {
                    var (first, second) = (double.NegativeInfinity, double.NegativeInfinity);
                    for (var ky = 0; ky < window.Y.Kernel; ky++)
                        for (var kx = 0; kx < window.X.Kernel; kx++)
                        {
                            var (y, z) = (oy * window.Y.Stride + ky - window.Y.Before, ox * window.X.Stride + kx - window.X.Before);
                            if (y < 0 || y >= height || z < 0 || z >= width)
                                continue;
                            var value = x.Data[(map * height + y) * width + z];
                            if (value > first)
                                (first, second) = (value, first);
                            else if (value > second && value != first)
                                second = value;
                        }

                    if (first - second < margin)
                        return true;
                }

        return false;
    }

    // The largest, and the largest of what is not equal to it, of each group of elements that differ along the reduced axes only.
    private static bool HasCloseExtremes(Node node, ReferenceTensor x)
    {
        var (axes, sign) = (node.Attributes.Ints("axes"), node.Attributes.Int("sign"));
        var margin = x.Data.Max(Math.Abs) * Margin;
        return Groups(x, axes, sign).Any(group => group.Max() is var largest && group.Any(value => value != largest && largest - value < margin));
    }

    // Those that come first, and the next one, in descending order.
    private static bool HasCloseOrder(Node node, ReferenceTensor x)
    {
        var margin = x.Data.Max(Math.Abs) * Margin;
        return Groups(x, [node.Inputs[0].Type.FeatureDimension], 1).Select(group => group.OrderDescending().ToArray()).Any(sorted =>
            Enumerable.Range(1, Math.Min(node.Attributes.Int("count"), sorted.Length - 1))
                .Any(i => sorted[i - 1] != sorted[i] && sorted[i - 1] - sorted[i] < margin));
    }

    // Elements, times a sign, that differ along some axes only.
    private static IEnumerable<IGrouping<int, double>> Groups(ReferenceTensor x, IReadOnlyCollection<int> axes, int sign)
    {
        return x.Data.Select((value, i) => (Value: value * sign, Group: Group(i))).GroupBy(p => p.Group, p => p.Value);

        int Group(int element)
        {
            var (group, stride) = (0, 1);
            for (var d = x.Shape.Length - 1; d >= 0; d--)
            {
                group += axes.Contains(d) ? 0 : element % x.Shape[d] * stride;
                element /= x.Shape[d];
                stride *= x.Shape[d];
            }

            return group;
        }
    }
}
