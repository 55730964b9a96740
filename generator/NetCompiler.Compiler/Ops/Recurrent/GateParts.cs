using System.Collections.Immutable;
using System.Globalization;
using NetCompiler.Compiler.Graphs;

namespace NetCompiler.Compiler.Ops.Recurrent;

/// <summary>
/// A parameter of all gates, (gates · H, …) as files have it, as one tensor (H, …) for each gate: part[g][o, …] = w[g · H + o, …].
/// Attribute gates.
/// </summary>
public sealed class GateParts : Operator
{
    /// <summary>The operator.</summary>
    public static readonly GateParts Instance = new();

    /// <summary>The attributes.</summary>
    public static Attributes Of(int gates) => Attributes.Empty.With("gates", gates);

    /// <inheritdoc/>
    public override string ResultName(int result) => "part" + result.ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context)
    {
        var gates = context.Attributes.Int("gates");
        return [.. Enumerable.Repeat(TensorType.Float(context.Shape(0).SetItem(0, context.Size(0, 0) / gates)), gates)];
    }

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var parts = Infer(context);
        return new([.. parts.Select(Part)], parts.Length);

        static TensorDefinition Part(TensorType type, int gate)
        {
            var axes = Elementwise.AxesOf(type);
            var first = (IndexExpression)axes[0] + gate * type.Shape[0].Size;
            return new TensorDefinition(axes, new ScalarRead(0, [first, .. axes.Skip(1).Select(a => (IndexExpression)a)]));
        }
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient)
    {
        ImmutableArray<Value> parts = [.. gradient.Node.Results.Select((part, i) => gradient.GradientOf(i)
            ?? gradient.Add(Zeros.Instance, ResultName(i), [], Zeros.Of(part.Type)))];
        gradient.Set(0, gradient.Add(Concatenate.Instance, "all", parts, Attributes.Empty.With("axis", 0)));
    }
}
