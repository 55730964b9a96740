using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Ops.Losses;
using NetCompiler.Compiler.Passes;
using NetCompiler.Compiler.Tests.Reference;

namespace NetCompiler.Compiler.Tests.Operators;

/// <summary>Every gradient rule against central finite differences, in double precision and on inputs without ties.</summary>
public sealed class GradientTests
{
    private const int Seed = 20240607;

    public static TheoryData<string> DifferentiableOperators =>
        [.. OperatorCatalogue.Operators.Where(OperatorCatalogue.IsDifferentiable).Select(o => o.Name)];

    [Theory]
    [MemberData(nameof(DifferentiableOperators))]
    public void GradientIsTheLimitOfDifferences(string name)
    {
        var @operator = OperatorCatalogue.Operators.Single(o => o.Name == name);
        var cases = OperatorCatalogue.CasesOf(@operator);
        Assert.True(cases.Length > 0, $"{name} has no case in {nameof(OperatorCatalogue)}.");
        for (var i = 0; i < cases.Length; i++)
        {
            foreach (var batch in new[] { 1, 3 })
                Check(cases[i], batch, new Random(Seed + i), $"{name}, case {i}, batch {batch}, seed {Seed + i}");
        }
    }

    // Holds the operator's result against random numbers, by the mean squared error unless it is a loss itself.
    private static void Check(OperatorCase @case, int batch, Random random, string what)
    {
        var graph = new Graph();
        var values = new Dictionary<string, double[]>();
        Value Declare(string name, TensorType type)
        {
            values[name] = ReferenceTensor.ForType(type, batch, random).Data;
            // Nor are there ties between the inputs.
            if (type.Element == ScalarKind.F32)
                values[name] = [.. values[name].Select(v => v + values.Count / 1024.0)];
            if (@case.Positive is { } positive && name == $"input{positive}")
                values[name] = [.. values[name].Select(v => Math.Abs(v) + 0.5)];
            return type.Element == ScalarKind.F32 ? graph.AddParameter(name, type) : graph.AddInput(name, type);
        }

        // Batch normalisation in training only makes sense on the statistics of its own input.
        var isBatchNorm = @case.Operator is BatchNormalize;
        var inputs = @case.Inputs.Select((type, i) => Declare($"input{i}", type)).ToImmutableArray();
        if (isBatchNorm)
            inputs = [inputs[0], inputs[3], inputs[4], inputs[1], inputs[2]];
        var node = graph.Add(isBatchNorm ? BatchNorm.Instance : @case.Operator, "node", inputs, @case.Attributes);
        // A loss is of samples: what is made of parameters alone is the same for all of them.
        var result = node.Result.Type.IsPerSample ? node.Result : graph.Add(new ForEachSample(), "samples", [node.Result]).Result;
        // Losses of every other batch are part of something.
        var loss = node.Operator is LossOperator
            ? batch == 1 ? node.Result : graph.Add(Affine.Instance, "part", [node.Result], Affine.Of(-0.5, 1)).Result
            : graph.Add(MeanSquaredError.Instance, "loss", [result, Declare("target", result.Type)]).Result;
        graph.AddOutput("loss", loss);
        if (isBatchNorm)
            graph = LowerBatchNorm.Run(graph);

        var wanted = @case.Differentiable
            ?? [.. Enumerable.Range(0, inputs.Length).Where(i => @case.Inputs[i].Element == ScalarKind.F32)];
        // Parts of parameters have no batch that a loss could be the mean of: layers that use them are held against PyTorch.
        if (wanted.IsEmpty)
            return;
        var parameters = wanted.Select(i => graph.Parameters.Single(p => p.Name == $"input{i}")).ToList();
        var differentiated = VerifyGraph.Run(Differentiate.Run(graph, graph.Outputs.Single(o => o.Name == "loss").Value, parameters));
        var computed = ReferenceEvaluator.Run(differentiated, batch, values, seed: 7);
        foreach (var parameter in parameters)
        {
            var gradient = computed.Output(parameter.Name, OutputRole.Gradient).Data;
            var elements = Enumerable.Range(0, gradient.Length).ToArray();
            random.Shuffle(elements);
            var chosen = elements.Take(30).ToArray();
            var differences = chosen.Select(e => Difference(graph, batch, values, parameter.Name, e)).ToArray();
            Near.Assert([.. chosen.Select(e => gradient[e])], differences, 1e-6, $"{what}, gradient of {parameter.Name}");
        }
    }

    private static double Difference(Graph graph, int batch, Dictionary<string, double[]> values, string parameter, int element)
    {
        const double Step = 1e-5;
        var data = values[parameter];
        var value = data[element];
        double MeanLoss(double at)
        {
            data[element] = at;
            return ReferenceEvaluator.Run(graph, batch, values, seed: 7).Output("loss").Data.Average();
        }

        var difference = (MeanLoss(value + Step) - MeanLoss(value - Step)) / (2 * Step);
        data[element] = value;
        return difference;
    }

    // y[n, …] = x[…].
    private sealed class ForEachSample : Operator
    {
        public override ImmutableArray<TensorType> Infer(OperatorContext context) => [TensorType.Float([Dimension.Batch, .. context.Shape(0)])];

        public override TensorExpression Define(OperatorContext context)
        {
            var axes = Elementwise.AxesOf(Infer(context)[0]);
            return new([new TensorDefinition(axes, Elementwise.Read(0, axes.RemoveAt(0)))]);
        }

        public override void Differentiate(GradientContext gradient) =>
            gradient.Set(0, gradient.Add(new SumOfSamples(), "sum", [gradient.ResultGradient]));
    }

    // y[…] = Σ x[n, …].
    private sealed class SumOfSamples : Operator
    {
        public override ImmutableArray<TensorType> Infer(OperatorContext context) => [TensorType.Float(context.Shape(0).RemoveAt(0))];

        public override TensorExpression Define(OperatorContext context)
        {
            var axes = Elementwise.AxesOf(context.Inputs[0]);
            return new([new TensorDefinition(axes.RemoveAt(0), ScalarExpression.Sum([axes[0]], Elementwise.Read(0, axes)))]);
        }
    }
}
