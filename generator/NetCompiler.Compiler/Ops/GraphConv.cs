using System.Collections.Immutable;
using NetCompiler.Compiler.Diagnostics;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>
/// Graph convolution (Kipf and Welling: Semi-Supervised Classification with Graph Convolutional Networks, 2017): A · x · Wᵀ + b, or the
/// mean or the largest of the neighbours instead of their sum. It reads the nodes' features (S, F) and the adjacency A in CSR: where each
/// row's edges begin (S + 1), and for each edge its column and value (E). Weights (O, F), bias (O).
/// </summary>
public sealed class GraphConvLayer : Layer
{
    private const string Sum = "Sum";
    private const string Mean = "Mean";
    private const string Max = "Max";

    /// <inheritdoc/>
    public override Signature Signature { get; } = new("GraphConv",
        [new("Units", ArgumentKind.Int), new("Aggregation", ArgumentKind.Text, Sum), new("Bias", ArgumentKind.Bool, true)], Inputs: 4);

    /// <inheritdoc/>
    public override bool TakesIntegers(int input) => input is 1 or 2;

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder)
    {
        var (nodes, offsets, columns, values) = (builder.Inputs[0], builder.Inputs[1], builder.Inputs[2], builder.Inputs[3]);
        builder.RequireSequence(nodes);
        builder.RequireIntegers(offsets);
        builder.RequireIntegers(columns);
        var (count, inputs) = (nodes.Type.Shape[1].Size, nodes.Type.Shape[2].Size);
        Require(builder, offsets, nodes, offsets.Type.Rank == 2 && offsets.Type.Shape[1].Size == count + 1, "one offset more than nodes");
        Require(builder, columns, values, columns.Type.Rank == 2 && columns.Type.Shape.SequenceEqual(values.Type.Shape),
            "a column and a value for each edge");
        var units = builder.Int("Units", 1);
        var weight = builder.AddParameter("weight", [units, inputs], ParameterInitializer.Weights, inputs, units);
        var product = builder.Add(Dense.Instance, "product", [nodes, weight]).Result;
        var rows = builder.Add(CsrRows.Instance, "rows", [offsets], Attributes.Empty.With("edges", columns.Type.Shape[1].Size)).Result;
        var sources = builder.Add(Gather.Instance, "sources", [product, columns]).Result;
        var weights = builder.Add(Unsqueeze.Instance, "edges", [values], Squeeze.Of(2)).Result;
        var messages = builder.Add(Multiply.Instance, "messages", [sources, weights]).Result;
        var bias = builder.Bool("Bias") ? builder.AddParameter("bias", [units], ParameterInitializer.Zeros) : null;
        var suffix = bias is null ? "" : "aggregate";
        var aggregate = builder.Text("Aggregation") switch
        {
            Sum => builder.Add(Scatter.Instance, suffix, [messages, rows], Scatter.Of(count, true)).Result,
            Mean => builder.Add(DivideByDegree.Instance, suffix,
                [builder.Add(Scatter.Instance, "sum", [messages, rows], Scatter.Of(count, true)).Result, offsets]).Result,
            Max => builder.Add(ScatterMax.Instance, suffix, [messages, rows], Attributes.Empty.With("rows", count)).Result,
            var other => throw builder.Error(Rules.InvalidArgument, "Aggregation", builder.Label, "Aggregation",
                $"'{other}' is none of {Sum}, {Mean}, {Max}"),
        };
        return bias is null ? aggregate : builder.Add(BiasAdd.Instance, "", [aggregate, bias]).Result;
    }

    private static void Require(LayerBuilder builder, Value a, Value b, bool holds, string expected)
    {
        if (!holds)
            throw builder.Error(Rules.ShapeMismatch, null, builder.Label, a.Type.ToShapeText(), b.Type.ToShapeText(), expected);
    }
}

/// <summary>
/// rows[n, e] = how many rows end at or before edge e: the row that it belongs to; for edges behind the last row's, as many as there are
/// rows. Input offsets (N, rows + 1); attribute edges.
/// </summary>
public sealed class CsrRows : Operator
{
    /// <summary>The operator.</summary>
    public static readonly CsrRows Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) =>
        [new TensorType(ScalarKind.I32, [context.Shape(0)[0], context.Attributes.Int("edges")])];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var (n, edge, row) = (new Axis("n", context.Shape(0)[0]), new Axis("c", context.Attributes.Int("edges")), new Axis("i", context.Size(0, 1) - 1));
        return new([new TensorDefinition([n, edge], ScalarExpression.Sum([row], ScalarExpression.Select(ComparisonFunction.LessOrEqual,
            new ScalarRead(0, [n, (IndexExpression)row + 1]), new ScalarIndex(edge), 1, 0)), ScalarKind.I32)]);
    }
}

/// <summary>y[n, i, f] = x[n, i, f] / max(1, offsets[n, i + 1] − offsets[n, i]). Inputs x and offsets, which get no gradient.</summary>
public sealed class DivideByDegree : Operator
{
    /// <summary>The operator.</summary>
    public static readonly DivideByDegree Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) => [context.Inputs[0]];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(context.Inputs[0]);
        var degree = new ScalarRead(1, [axes[0], (IndexExpression)axes[1] + 1]) - (ScalarExpression)new ScalarRead(1, [axes[0], axes[1]]);
        return new([new TensorDefinition(axes, Elementwise.Read(0, axes) / ScalarExpression.Max(degree, 1))]);
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient)
    {
        if (gradient.Needs(0))
            gradient.Set(0, gradient.Add(Instance, "input", [gradient.ResultGradient, gradient.Node.Inputs[1]]));
    }
}

/// <summary>
/// y[n, i, f] = the largest x[n, e, f] of the e whose index is i, 0 where there is none; the second result, edge, is the first e that has
/// it. Inputs x and index, which gets no gradient; attribute rows.
/// </summary>
public sealed class ScatterMax : Operator
{
    /// <summary>The operator.</summary>
    public static readonly ScatterMax Instance = new();

    /// <inheritdoc/>
    public override string ResultName(int result) => "edge";

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context)
    {
        var shape = ImmutableArray.Create(context.Shape(0)[0], context.Attributes.Int("rows"), context.Shape(0)[2]);
        return [TensorType.Float(shape), new TensorType(ScalarKind.I32, shape)];
    }

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(Infer(context)[0]);
        var edge = new Axis("e", context.Shape(0)[1]);
        var isHere = new ScalarRead(1, [axes[0], edge]);
        var candidate = ScalarExpression.Select(ComparisonFunction.Equal, isHere, new ScalarIndex(axes[1]),
            new ScalarRead(0, [axes[0], edge, axes[2]]), double.NegativeInfinity);
        var largest = Elementwise.Read(2, axes);
        return new(
            [new TensorDefinition(axes, new ScalarReduction(ReductionKind.Max, [edge], candidate)),
             new TensorDefinition(axes, ScalarExpression.Select(ComparisonFunction.Greater, largest, double.NegativeInfinity, largest, 0)),
             new TensorDefinition(axes, new ScalarReduction(ReductionKind.ArgMax, [edge], candidate), ScalarKind.I32)],
            ResultCount: 2);
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient)
    {
        if (gradient.Needs(0))
        {
            gradient.Set(0, gradient.Add(ScatterMaxGradient.Instance, "edges",
                [gradient.ResultGradient, gradient.Node.Inputs[1], gradient.Node.Results[1]]));
        }
    }
}

/// <summary>dx[n, e, f] = dy[n, index[e], f] where edge e had the largest, else 0. Inputs dy, index and edge.</summary>
public sealed class ScatterMaxGradient : Operator
{
    /// <summary>The operator.</summary>
    public static readonly ScatterMaxGradient Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) =>
        [TensorType.Float(context.Shape(0)[0], context.Shape(1)[1], context.Shape(0)[2])];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(Infer(context)[0]);
        var row = new ScalarRead(1, [axes[0], axes[1]]);
        ImmutableArray<IndexExpression> at = [axes[0], 0, axes[2]];
        return new([new TensorDefinition(axes, ScalarExpression.Select(ComparisonFunction.Equal,
            new ScalarGather(2, at, 1, row, -1), new ScalarIndex(axes[1]), new ScalarGather(0, at, 1, row, 0), 0))]);
    }
}
