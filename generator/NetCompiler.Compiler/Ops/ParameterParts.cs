using System.Collections.Immutable;
using System.Globalization;
using NetCompiler.Compiler.Graphs;

namespace NetCompiler.Compiler.Ops;

/// <summary>
/// A parameter that files have as one tensor (parts · H, …) as one tensor (H, …) for each part, such as a gate of a recurrent cell:
/// part[g][o, …] = w[g · H + o, …]. Attribute parts.
/// </summary>
public sealed class ParameterParts : Operator
{
    /// <summary>The operator.</summary>
    public static readonly ParameterParts Instance = new();

    /// <summary>The attributes.</summary>
    public static Attributes Of(int parts) => Attributes.Empty.With("parts", parts);

    /// <inheritdoc/>
    public override string ResultName(int result) => "part" + result.ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context)
    {
        var parts = context.Attributes.Int("parts");
        return [.. Enumerable.Repeat(TensorType.Float(context.Shape(0).SetItem(0, context.Size(0, 0) / parts)), parts)];
    }

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var parts = Infer(context);
        return new([.. parts.Select(Part)], parts.Length);

        static TensorDefinition Part(TensorType type, int part)
        {
            var axes = Elementwise.AxesOf(type);
            var first = (IndexExpression)axes[0] + part * type.Shape[0].Size;
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
