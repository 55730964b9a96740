using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>
/// The rows of a tensor that a tensor of integers names: (S, …) at (E) makes (E, …), sample by sample. PyTorch: index_select along the
/// first axis of a sample; Keras: take. Integers that name no row are refused.
/// </summary>
public sealed class GatherLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = new("Gather", [], Inputs: 2);

    /// <inheritdoc/>
    public override bool TakesIntegers(int input) => true;

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder)
    {
        builder.RequireFeatures(builder.Inputs[0]);
        builder.RequireIntegers(builder.Inputs[1]);
        return builder.Add(Gather.Instance, "", builder.Inputs).Result;
    }
}

/// <summary>
/// y[n, e…, f…] = x[n, index[n, e…], f…], or x[index[n, e…], f…] of a table that all samples share. Inputs x and index, which gets no
/// gradient; attributes row, where a row of the table is held as it is, and outside, where there is a number for indices that name no row.
/// </summary>
public sealed class Gather : Operator
{
    /// <summary>The operator.</summary>
    public static readonly Gather Instance = new();

    /// <summary>The attributes of one that gives no gradient to a row of the table.</summary>
    public static Attributes Holding(int row) => Attributes.Empty.With("row", row);

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context)
    {
        var x = context.Inputs[0];
        return [x with { Shape = [.. context.Shape(1), .. x.Shape.Skip(x.IsPerSample ? 2 : 1)] }];
    }

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(Infer(context)[0]);
        var (x, places) = (context.Inputs[0], context.Inputs[1].Rank);
        ImmutableArray<Axis> index = [.. axes.Take(places)];
        ImmutableArray<IndexExpression> row = x.IsPerSample ? [axes[0], 0] : [0];
        return new([new TensorDefinition(axes, new ScalarGather(
            0, [.. row, .. axes.Skip(places).Select(a => (IndexExpression)a)], row.Length - 1, Elementwise.Read(1, index),
            context.Attributes.Has("outside") ? context.Attributes.Double("outside") : null), x.Element)]);
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient)
    {
        if (!gradient.Needs(0))
            return;
        var (x, attributes) = (gradient.Node.Inputs[0].Type, gradient.Node.Attributes);
        var rows = gradient.Add(Scatter.Instance, "rows", [gradient.ResultGradient, gradient.Node.Inputs[1]],
            Scatter.Of(x.Shape[x.IsPerSample ? 1 : 0].Size, x.IsPerSample));
        gradient.Set(0, attributes.Has("row") ? gradient.Add(ClearRow.Instance, "held", [rows], attributes) : rows);
    }
}

/// <summary>
/// y[n, v, f…] = Σ{e…} [index[n, e…] = v] · x[n, e…, f…] for v below rows; summed over the samples too, y[v, f…], where the attribute
/// samples is false. Inputs x and index, which gets no gradient: the adjoint of <see cref="Gather"/>.
/// </summary>
public sealed class Scatter : Operator
{
    /// <summary>The operator.</summary>
    public static readonly Scatter Instance = new();

    /// <summary>The attributes.</summary>
    /// <param name="rows">The rows of the result.</param>
    /// <param name="samples">True for one result a sample, false for their sum.</param>
    public static Attributes Of(int rows, bool samples) => Attributes.Empty.With("rows", rows).With("samples", samples);

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context)
    {
        IEnumerable<Dimension> features = context.Shape(0).Skip(context.Inputs[1].Rank);
        Dimension rows = context.Attributes.Int("rows");
        return [TensorType.Float(context.Attributes.Bool("samples", true) ? [context.Shape(0)[0], rows, .. features] : [rows, .. features])];
    }

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var result = Elementwise.AxesOf(Infer(context)[0]);
        var isPerSample = context.Attributes.Bool("samples", true);
        var row = result[isPerSample ? 1 : 0];
        var all = Elementwise.AxesOf(context.Inputs[0]);
        var places = context.Inputs[1].Rank;
        var features = result.Skip(isPerSample ? 2 : 1).ToImmutableArray();
        ImmutableArray<Axis> index = [isPerSample ? result[0] : all[0], .. all.Take(places).Skip(1)];
        var summed = isPerSample ? index.RemoveAt(0) : index;
        return new([new TensorDefinition(result, ScalarExpression.Sum(summed, ScalarExpression.Select(ComparisonFunction.Equal,
            Elementwise.Read(1, index), new ScalarIndex(row), Elementwise.Read(0, [.. index, .. features]), 0)))]);
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient)
    {
        // What was sent to no row comes back as nothing.
        if (gradient.Needs(0))
        {
            gradient.Set(0, gradient.Add(Gather.Instance, "rows", [gradient.ResultGradient, gradient.Node.Inputs[1]],
                Attributes.Empty.With("outside", 0)));
        }
    }
}
