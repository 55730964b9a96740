using System.Collections.Immutable;
using System.Globalization;
using NetCompiler.Compiler.Graphs;

namespace NetCompiler.Compiler.Ops;

/// <summary>
/// A tensor as equal parts along an axis, such as the gates of a recurrent cell: part[g][…, o, …] = x[…, g · H + o, …]. Attributes
/// parts and axis, which counts the batch.
/// </summary>
public sealed class Parts : Operator
{
    /// <summary>The operator.</summary>
    public static readonly Parts Instance = new();

    /// <summary>The attributes.</summary>
    public static Attributes Of(int parts, int axis) => Attributes.Empty.With("parts", parts).With("axis", axis);

    /// <inheritdoc/>
    public override string ResultName(int result) => "part" + result.ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context)
    {
        var (parts, axis) = (context.Attributes.Int("parts"), context.Attributes.Int("axis"));
        var part = context.Inputs[0] with { Shape = context.Shape(0).SetItem(axis, context.Size(0, axis) / parts) };
        return [.. Enumerable.Repeat(part, parts)];
    }

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var (parts, along) = (Infer(context), context.Attributes.Int("axis"));
        return new([.. parts.Select(Part)], parts.Length);

        TensorDefinition Part(TensorType type, int part)
        {
            var axes = Elementwise.AxesOf(type);
            var indices = axes.Select((axis, d) => d == along ? (IndexExpression)axis + part * type.Shape[d].Size : axis);
            return new TensorDefinition(axes, new ScalarRead(0, [.. indices]), type.Element);
        }
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient)
    {
        ImmutableArray<Value> parts = [.. gradient.Node.Results.Select((part, i) => gradient.GradientOf(i)
            ?? gradient.Add(Zeros.Instance, ResultName(i), [], Zeros.Of(part.Type)))];
        var axis = Attributes.Empty.With("axis", gradient.Node.Attributes.Int("axis"));
        gradient.Set(0, gradient.Add(Concatenate.Instance, "all", parts, axis));
    }
}
