using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>
/// An image of a given size whatever the input's: the mean of windows from ⌊i · H / H'⌋ to ⌈(i + 1) · H / H'⌉. PyTorch: AdaptiveAvgPool2d.
/// </summary>
public sealed class AdaptiveAveragePoolLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("AdaptiveAveragePool", new SignatureParameter("Size", ArgumentKind.Pair));

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder)
    {
        var input = builder.Input;
        builder.RequireImage(input);
        var size = builder.Pair("Size", 1, MaxSize);
        var (height, width) = (input.Type.Shape[2].Size, input.Type.Shape[3].Size);
        if (height % size.Height == 0 && width % size.Width == 0)
        {
            // Windows of one size side by side.
            var window = new Window(Tiling(height / size.Height), Tiling(width / size.Width));
            return builder.Add(AveragePool.Instance, "", [input], window.ToAttributes()).Result;
        }

        var rows = builder.Add(AdaptiveAverage.Instance, "rows", [input], AdaptiveAverage.Of(2, size.Height)).Result;
        return builder.Add(AdaptiveAverage.Instance, "", [rows], AdaptiveAverage.Of(3, size.Width)).Result;
    }

    // Each window of its own size is written out.
    private const int MaxSize = 64;

    private static WindowAxis Tiling(int size) => new(size, size, 1, 0, 0);
}

/// <summary>
/// y[…, i, …] = the mean of x[…, j, …] from j = ⌊i · n / size⌋ to ⌈(i + 1) · n / size⌉ − 1; attributes axis (which counts the batch), size.
/// </summary>
public sealed class AdaptiveAverage : Operator
{
    /// <summary>The operator.</summary>
    public static readonly AdaptiveAverage Instance = new();

    /// <summary>The attributes.</summary>
    public static Attributes Of(int axis, int size) => Attributes.Empty.With("axis", axis).With("size", size);

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) =>
        [TensorType.Float(context.Shape(0).SetItem(context.Attributes.Int("axis"), context.Attributes.Int("size")))];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var along = context.Attributes.Int("axis");
        var axes = Elementwise.AxesOf(Infer(context)[0]);
        var windows = new AdaptiveWindows(context.Size(0, along), context.Attributes.Int("size"));
        return new([new TensorDefinition(axes, windows.Sum((window, k) => Read(
            ((IndexExpression)axes[along] * windows.Step + (k + window.Start) * windows.Count + -window.Number * windows.Step)
                .DividedBy(windows.Count))))]);

        ScalarRead Read(IndexExpression index) => new(0, [.. axes.Select((axis, d) => d == along ? index : axis)], 0);
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient)
    {
        var attributes = gradient.Node.Attributes;
        gradient.Set(0, gradient.Add(AdaptiveAverageGradient.Instance, "input", [gradient.ResultGradient],
            attributes.With("total", gradient.Node.Inputs[0].Type.Shape[attributes.Int("axis")].Size)));
    }
}

/// <summary>
/// dx[…, j, …] = Σ dy / length over the windows that the element lies in; attributes of <see cref="AdaptiveAverage"/>, and total, n.
/// </summary>
public sealed class AdaptiveAverageGradient : Operator
{
    /// <summary>The operator.</summary>
    public static readonly AdaptiveAverageGradient Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) =>
        [TensorType.Float(context.Shape(0).SetItem(context.Attributes.Int("axis"), context.Attributes.Int("total")))];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var along = context.Attributes.Int("axis");
        var axes = Elementwise.AxesOf(Infer(context)[0]);
        var windows = new AdaptiveWindows(context.Attributes.Int("total"), context.Attributes.Int("size"));
        return new([new TensorDefinition(axes, windows.Sum((window, k) => Read(
            (((IndexExpression)axes[along] - (k + window.Start)) * windows.Count + window.Number * windows.Step)
                .DividedBy(windows.Step))))]);

        ScalarRead Read(IndexExpression index) => new(0, [.. axes.Select((axis, d) => d == along ? index : axis)], 0);
    }
}

/// <summary>
/// Windows of several lengths along an axis, which repeat: of n = g · Step elements and g · Count windows, g their greatest common divisor,
/// window q · Count + r begins at q · Step + ⌊r · Step / Count⌋. So within each r indices are affine, and a division that is exact at
/// window r only (Step and Count have no common divisor) says which windows those are.
/// </summary>
internal sealed class AdaptiveWindows
{
    public AdaptiveWindows(int total, int size)
    {
        var divisor = (int)IndexArithmetic.GreatestCommonDivisor(total, size);
        (Step, Count) = (total / divisor, size / divisor);
    }

    /// <summary>Elements after which the windows repeat.</summary>
    public int Step { get; }

    /// <summary>Windows after which they repeat.</summary>
    public int Count { get; }

    /// <summary>The sum over the windows r of the means of their elements k.</summary>
    public ScalarExpression Sum(Func<(int Number, int Start), IndexExpression, ScalarRead> read)
    {
        ScalarExpression? all = null;
        for (var r = 0; r < Count; r++)
        {
            var start = r * Step / Count;
            var k = new Axis("k", ((r + 1) * Step + Count - 1) / Count - start);
            var mean = ScalarExpression.Sum([k], read((r, start), k)) * (1.0 / k.Extent.Size);
            all = all is null ? mean : all + mean;
        }

        return all!;
    }
}
