using System.Collections.Immutable;
using NetCompiler.Compiler.Diagnostics;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>
/// The matrix product of two tensors, sample by sample: (…, I, K) and (…, K, J) make (…, I, J). PyTorch and ONNX: matmul, without
/// broadcasting.
/// </summary>
public sealed class MatMulLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = new("MatMul", [], Inputs: 2);

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder)
    {
        var (a, b) = (builder.Inputs[0].Type, builder.Inputs[1].Type);
        builder.RequireMatrix(builder.Inputs[0]);
        builder.RequireMatrix(builder.Inputs[1]);
        var rank = a.Rank;
        if (b.Rank != rank || !a.Shape.Take(rank - 2).SequenceEqual(b.Shape.Take(rank - 2)) || a.Shape[rank - 1] != b.Shape[rank - 2])
        {
            throw builder.Error(Rules.ShapeMismatch, null, builder.Label, a.ToShapeText(), b.ToShapeText(),
                "as many columns of the first as rows of the second, and other extents that are equal");
        }

        return builder.Add(MatMul.Instance, "", builder.Inputs).Result;
    }
}

/// <summary>
/// y[n, …, i, j] = Σ a[n, …, i, k] · b[n, …, k, j]; attributes left and right, which are true where a or b is read with its last two
/// axes exchanged. Its gradients are products of the same kind.
/// </summary>
public sealed class MatMul : Operator
{
    /// <summary>The operator.</summary>
    public static readonly MatMul Instance = new();

    /// <summary>The attributes.</summary>
    public static Attributes Of(bool left, bool right) => Attributes.Empty.With("left", left).With("right", right);

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context)
    {
        var (left, right) = Transposed(context.Attributes);
        var (a, b) = (context.Shape(0), context.Shape(1));
        return [TensorType.Float([.. a.Take(a.Length - 2), a[a.Length - (left ? 1 : 2)], b[b.Length - (right ? 2 : 1)]])];
    }

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var (left, right) = Transposed(context.Attributes);
        var shape = Infer(context)[0].Shape;
        var a = context.Shape(0);
        ImmutableArray<Axis> batch =
            [.. shape.Take(shape.Length - 2).Select((extent, d) => new Axis(d == 0 ? "n" : d == 1 ? "c" : $"i{d}", extent))];
        var (i, j, k) = (new Axis("y", shape[shape.Length - 2]), new Axis("x", shape[shape.Length - 1]), new Axis("k", a[a.Length - (left ? 2 : 1)]));
        return new([new TensorDefinition([.. batch, i, j], ScalarExpression.Sum([k], Read(0, i, k, left) * Read(1, k, j, right)))]);

        ScalarRead Read(int source, Axis row, Axis column, bool isTransposed) =>
            Elementwise.Read(source, isTransposed ? [.. batch, column, row] : [.. batch, row, column]);
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient)
    {
        var (left, right) = Transposed(gradient.Node.Attributes);
        var (a, b, dy) = (gradient.Node.Inputs[0], gradient.Node.Inputs[1], gradient.ResultGradient);
        if (gradient.Needs(0))
        {
            gradient.Set(0, left
                ? gradient.Add(Instance, "left", [b, dy], Of(right, true))
                : gradient.Add(Instance, "left", [dy, b], Of(false, !right)));
        }

        if (gradient.Needs(1))
        {
            gradient.Set(1, right
                ? gradient.Add(Instance, "right", [dy, a], Of(true, left))
                : gradient.Add(Instance, "right", [a, dy], Of(!left, false)));
        }
    }

    private static (bool Left, bool Right) Transposed(Attributes attributes) =>
        (attributes.Bool("left", false), attributes.Bool("right", false));
}
