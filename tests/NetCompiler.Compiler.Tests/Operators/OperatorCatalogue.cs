using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Ops.Losses;
using NetCompiler.Compiler.Ops.Recurrent;

namespace NetCompiler.Compiler.Tests.Operators;

/// <summary>A node to test an operator with.</summary>
/// <param name="Operator">The operator.</param>
/// <param name="Inputs">The types of what it reads, for example "N,3,8,8" or "i32:N".</param>
/// <param name="Results">The types that it has to infer.</param>
/// <param name="Attributes">Its constant arguments.</param>
/// <param name="Differentiable">The inputs that its gradient rule gives gradients of; null for all that are floats.</param>
/// <param name="Positive">An input that has to stay away from 0, such as a divisor; null for none.</param>
public sealed record OperatorCase(
    Operator Operator, ImmutableArray<TensorType> Inputs, ImmutableArray<TensorType> Results, Attributes Attributes,
    ImmutableArray<int>? Differentiable = null, int? Positive = null);

/// <summary>Nodes for every operator of the compiler. An operator that is missing here fails the tests.</summary>
public static class OperatorCatalogue
{
    /// <summary>
    /// Every operator, found by its type, but for those that are made of others: <see cref="Scan"/> and <see cref="OverSteps"/>, which
    /// recurrent networks are tested with.
    /// </summary>
    public static ImmutableArray<Operator> Operators { get; } =
    [
        .. typeof(Operator).Assembly.GetTypes()
            .Where(type => !type.IsAbstract && typeof(Operator).IsAssignableFrom(type))
            .Where(type => type != typeof(Scan) && type != typeof(OverSteps))
            .Select(type => (Operator)type.GetField("Instance", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!)
            .OrderBy(o => o.Name, StringComparer.Ordinal),
    ];

    /// <summary>True for operators with a gradient rule.</summary>
    public static bool IsDifferentiable(Operator @operator) =>
        @operator.GetType().GetMethod(nameof(Operator.Differentiate))!.DeclaringType != typeof(Operator);

    /// <summary>The cases of an operator.</summary>
    public static ImmutableArray<OperatorCase> CasesOf(Operator @operator) => [.. Cases.Where(c => c.Operator == @operator)];

    /// <summary>A geometry of windows as attributes.</summary>
    public static Attributes Window(
        int kernelY, int kernelX, int strideY = 1, int strideX = 1, int dilationY = 1, int dilationX = 1,
        int top = 0, int left = 0, int bottom = 0, int right = 0) => new Window(
            new WindowAxis(kernelY, strideY, dilationY, top, bottom),
            new WindowAxis(kernelX, strideX, dilationX, left, right)).ToAttributes();

    /// <summary>A type written as "N,3,8,8", with an element type before it unless it is float.</summary>
    public static TensorType Type(string text)
    {
        var parts = text.Split(':');
        var element = parts.Length == 1 ? ScalarKind.F32 : Enum.Parse<ScalarKind>(parts[0], ignoreCase: true);
        return new TensorType(element, [.. parts[^1].Split(',').Select(e => e == "N"
            ? Dimension.Batch : new Dimension(int.Parse(e, CultureInfo.InvariantCulture)))]);
    }

    private static ImmutableArray<OperatorCase> Cases { get; } =
        [.. All(), .. Choosing(), .. Convolutions(), .. Reshaping(), .. Reductions(), .. SampleNormalisation()];

    private static IEnumerable<OperatorCase> All()
    {
        var none = Attributes.Empty;
        Attributes Size(Attributes a, int height, int width) => a.With("size", ImmutableArray.Create(height, width));
        Attributes Shape(params int[] shape) => none.With("shape", ImmutableArray.Create(shape));

        foreach (var (window, groups, w, y) in new[]
        {
            (Window(3, 3), 1, "4,2,3,3", "N,4,4,3"),
            (Window(1, 1), 1, "3,2,1,1", "N,3,6,5"),
            (Window(3, 2, 2, 1, 1, 2, top: 1, left: 0, bottom: 1, right: 1), 1, "3,2,3,2", "N,3,3,4"),
            (Window(2, 3, 1, 2, 3, 1, top: 2, left: 1, bottom: 0, right: 1), 2, "4,1,2,3", "N,4,5,3"),
            (Window(3, 3, top: 1, left: 1, bottom: 1, right: 1), 2, "2,1,3,3", "N,2,6,5"),
        })
        {
            var attributes = window.With("groups", groups);
            yield return Case(Conv.Instance, ["N,2,6,5", w], y, attributes);
            yield return Case(ConvInputGradient.Instance, [y, w], "N,2,6,5", Size(attributes, 6, 5));
            yield return Case(ConvWeightGradient.Instance, ["N,2,6,5", y], w, attributes);
        }

        foreach (var (window, y) in new[]
        {
            (Window(2, 2, 2, 2), "N,2,3,2"),
            (Window(3, 2, 2, 1, top: 1, left: 1, bottom: 1, right: 0), "N,2,3,5"),
            (Window(2, 2, 2, 2, bottom: 0, right: 1), "N,2,3,3"),
            (Window(3, 3, 1, 1, top: 1, left: 1, bottom: 1, right: 1), "N,2,6,5"),
        })
        {
            yield return Case(MaxPool.Instance, ["N,2,6,5"], y + ";u8:" + y, window);
            yield return Case(MaxPoolGradient.Instance, [y, "u8:" + y], "N,2,6,5", Size(window, 6, 5));
            yield return Case(AveragePool.Instance, ["N,2,6,5"], y, window);
            yield return Case(AveragePoolGradient.Instance, [y], "N,2,6,5", Size(window, 6, 5));
            yield return Case(DivideByTaps.Instance, [y], y, Size(window, 6, 5));
        }

        yield return Case(MaxPool.Instance, ["N,1,18,16"], "N,1,1,1;i32:N,1,1,1", Window(18, 16));
        yield return Case(AveragePoolGradient.Instance, ["N,2,3,2"], "N,2,6,5", Size(Window(2, 2, 2, 2), 6, 5).With("taps", 4));
        yield return Case(GlobalAveragePool.Instance, ["N,3,4,5"], "N,3");
        yield return Case(GlobalAveragePoolGradient.Instance, ["N,3"], "N,3,4,5", Size(none, 4, 5));

        yield return Case(Dense.Instance, ["N,7", "3,7"], "N,3");
        yield return Case(Dense.Instance, ["N,2,3,2", "4,12"], "N,4");
        yield return Case(Dense.Instance, ["N,5,1,1", "4,5"], "N,4");
        yield return Case(DenseInputGradient.Instance, ["N,3", "3,7"], "N,7", Shape(7));
        yield return Case(DenseInputGradient.Instance, ["N,4", "4,12"], "N,2,3,2", Shape(2, 3, 2));
        yield return Case(DenseWeightGradient.Instance, ["N,7", "N,3"], "3,7");
        yield return Case(DenseWeightGradient.Instance, ["N,2,3,2", "N,4"], "4,12");
        yield return Case(DenseWeightGradient.Instance, ["N,5,1,1", "N,4"], "4,5");
        foreach (var (places, features) in new[] { ("N,5,", 1), ("N,2,3,2,", 1), ("N,", 2) })
        {
            // Of a sequence each place by itself; and of one that is flattened all of it.
            var attributes = none.With("features", features);
            var (x, y) = (places + (features == 1 ? "7" : "3,2"), places + "4");
            var k = features == 1 ? 7 : 6;
            yield return Case(Dense.Instance, [x, $"4,{k}"], y, attributes);
            yield return Case(DenseInputGradient.Instance, [y, $"4,{k}"], x, attributes.With("shape", Type(x).SampleShape));
            yield return Case(DenseWeightGradient.Instance, [x, y], $"4,{k}", attributes);
        }

        yield return Case(Dense.Instance, ["N,5,7", "4,7"], "N,5,4");
        yield return Case(Squeeze.Instance, ["N,3,1,4"], "N,3,4", Squeeze.Of(2));
        yield return Case(Unsqueeze.Instance, ["N,3,4"], "N,3,1,4", Squeeze.Of(2));
        foreach (var (x, index, y, samples) in new[]
        {
            ("N,10,5", "i32:N,3", "N,3,5", true), ("N,10,2,3", "i32:N,7", "N,7,2,3", true), ("N,10", "i32:N,3", "N,3", true),
            ("10,5", "i32:N,3", "N,3,5", false), ("10,5", "i32:N", "N,5", false), ("10,5", "i32:N,2,3", "N,2,3,5", false),
        })
        {
            yield return Case(Gather.Instance, [x, index], y, none, [0]);
            if (samples)
                yield return Case(Scatter.Instance, [y, index], x, Scatter.Of(10, true), [0]);
            else
                yield return Case(Scatter.Instance, [y, index], x, Scatter.Of(10, false), []);
        }

        foreach (var heads in new[] { 1, 2 })
        {
            var attributes = none.With("heads", heads);
            var scores = $"N,{3 * heads},5";
            yield return Case(AttentionScores.Instance, ["N,3,4", "N,5,4"], scores, attributes);
            yield return Case(AttentionContext.Instance, [scores, "N,5,4"], "N,3,4", attributes);
            yield return Case(AttentionContext.Instance, [scores, "N,3,4"], "N,5,4", attributes.With("transposed", true));
            foreach (var isCausal in new[] { false, true })
            {
                yield return Case(MaskedSoftmax.Instance, [$"N,{5 * heads},5"], $"N,{5 * heads},5", MaskedSoftmax.Of(5, isCausal));
                yield return Case(
                    MaskedSoftmax.Instance, [$"N,{5 * heads},7", "i32:N"], $"N,{5 * heads},7", MaskedSoftmax.Of(5, isCausal), [0]);
                var fused = ScaledDotProductAttention.Of(heads, 0.75, isCausal);
                yield return Case(ScaledDotProductAttention.Instance, ["N,3,4", "N,5,4", "N,5,4"], "N,3,4", fused);
                yield return Case(ScaledDotProductAttention.Instance, ["N,3,4", "N,5,4", "N,5,4", "i32:N"], "N,3,4", fused, [0, 1, 2]);
                yield return Case(ScaledDotProductAttentionGradient.Instance, ["N,3,4", "N,3,4", "N,5,4", "N,5,4"], "N,3,4;N,5,4;N,5,4", fused);
                yield return Case(
                    ScaledDotProductAttentionGradient.Instance, ["N,3,4", "N,3,4", "N,5,4", "N,5,4", "i32:N,1"], "N,3,4;N,5,4;N,5,4", fused);
            }
        }

        yield return Case(PrependRow.Instance, ["N,3,4", "4"], "N,4,4");
        foreach (var shape in new[] { "N", "N,5", "N,3,5" })
        {
            yield return Case(Normal.Instance, [shape], shape, none.With("mean", 1.0).With("deviation", 0.5).With("stream", 3), []);
            yield return Case(Uniform.Instance, [shape], shape, none.With("min", -1.0).With("max", 0.5).With("stream", 3), []);
        }

        // Some edges belong to no row.
        yield return Case(CsrRows.Instance, ["i32:N,4"], "i32:N,7", none.With("edges", 7), []);
        yield return Case(DivideByDegree.Instance, ["N,3,4", "i32:N,4"], "N,3,4", none, [0]);
        yield return Case(ScatterMax.Instance, ["N,7,4", "i32:N,7"], "N,3,4;i32:N,3,4", none.With("rows", 3), [0]);
        yield return Case(ScatterMaxGradient.Instance, ["N,3,4", "i32:N,7", "i32:N,3,4"], "N,7,4", none, []);
        yield return Case(Gather.Instance, ["N,3,4", "i32:N,7"], "N,7,4", none.With("outside", 0), [0]);
        yield return Case(Scatter.Instance, ["N,7,4", "i32:N,7"], "N,3,4", Scatter.Of(3, true), [0]);
        foreach (var (aligned, horizontal, samples) in new[] { (false, false, 2), (true, true, 1), (true, false, 3) })
        {
            var bins = RegionBins.Of(bins: 3, extent: 7, scale: 0.5, horizontal);
            yield return Case(RoiPoolBins.Instance, ["N,2,4"], "i32:N,2,3;i32:N,2,3", bins, []);
            var taps = $"N,2,3,{2 * samples}";
            yield return Case(RoiAlignTaps.Instance, ["N,2,4"], $"i32:{taps};{taps}", bins.With("samples", samples).With("aligned", aligned), []);
        }

        foreach (var (extent, bins) in new[] { (7, 3), (4, 4), (3, 5), (6, 1) })
        {
            yield return Case(AdaptiveBins.Instance, [], $"i32:N,1,{bins};i32:N,1,{bins}", AdaptiveBins.Of(bins, extent));
            yield return Case(CornerTaps.Instance, [], $"i32:N,1,{bins},2;N,1,{bins},2", CornerTaps.Of(extent, bins));
        }

        var picture = none.With("size", ImmutableArray.Create(10, 12));
        const string Bins = "i32:N,2,3";
        const string Columns = "i32:N,2,4";
        yield return Case(RoiPool.Instance, ["N,3,10,12", Bins, Bins, Columns, Columns], "N,2,3,4,3;i32:N,2,3,4,3;i32:N,2,3,4,3", none, [0]);
        yield return Case(RoiPoolGradient.Instance, ["N,2,3,4,3", "i32:N,2,3,4,3", "i32:N,2,3,4,3"], "N,3,10,12", picture);
        yield return Case(RoiAlign.Instance, ["N,3,10,12", "i32:N,2,3,4", "N,2,3,4", "i32:N,2,4,2", "N,2,4,2"], "N,2,3,4,3", none, [0]);
        yield return Case(RoiAlignGradient.Instance,
            ["N,2,3,4,3", "i32:N,2,3,4", "N,2,3,4", "i32:N,2,4,2", "N,2,4,2"], "N,3,10,12", picture);
        yield return Case(ClearRow.Instance, ["4,5"], "4,5", Gather.Holding(2));
        yield return Case(Permute.Instance, ["N,3,4"], "N,4,3", Permute.Of([1, 0]));
        yield return Case(Permute.Instance, ["N,2,3,4"], "N,4,2,3", Permute.Of([2, 0, 1]));
        foreach (var (left, right, a, b) in new[]
        {
            (false, false, "4,5", "5,3"), (false, true, "4,5", "3,5"), (true, false, "5,4", "5,3"), (true, true, "5,4", "3,5"),
        })
        {
            yield return Case(MatMul.Instance, ["N," + a, "N," + b], "N,4,3", MatMul.Of(left, right));
            yield return Case(MatMul.Instance, ["N,2," + a, "N,2," + b], "N,2,4,3", MatMul.Of(left, right));
        }

        yield return Case(Flatten.Instance, ["N,3,4"], "N,12");
        yield return Case(Unflatten.Instance, ["N,12"], "N,3,4", Shape(3, 4));
        yield return Case(Flatten.Instance, ["N,2,3,4"], "N,24");
        yield return Case(Flatten.Instance, ["N,6"], "N,6");
        yield return Case(Unflatten.Instance, ["N,24"], "N,2,3,4", Shape(2, 3, 4));
        yield return Case(BiasAdd.Instance, ["N,3,2,4", "3"], "N,3,2,4");
        yield return Case(BiasAdd.Instance, ["N,3", "3"], "N,3");
        yield return Case(BiasAdd.Instance, ["N,4,3", "3"], "N,4,3");
        yield return Case(BiasAdd.Instance, ["N,2,4,2,3", "3"], "N,2,4,2,3");
        yield return Case(ChannelSum.Instance, ["N,4,3"], "3");
        yield return Case(ChannelSum.Instance, ["N,3,2,4"], "3");
        yield return Case(ChannelSum.Instance, ["N,3"], "3");
        yield return Case(Copy.Instance, ["N,3,2,4"], "N,3,2,4");
        yield return Case(Identity.Instance, ["N,5"], "N,5");
        yield return Case(Zeros.Instance, [], "N,5", Shape(5));
        yield return Case(Zeros.Instance, [], "N,3,2", Shape(3, 2));
        yield return Case(Zeros.Instance, [], "4,2", Shape(4, 2).With("batch", false));
        yield return Case(Parts.Instance, ["8,3"], "2,3;2,3;2,3;2,3", Parts.Of(4, 0));
        yield return Case(Parts.Instance, ["6"], "2;2;2", Parts.Of(3, 0));
        yield return Case(Parts.Instance, ["N,20"], "N,5;N,5;N,5;N,5", Parts.Of(4, 1));
        yield return Case(StepMask.Instance, ["i32:N"], "N,7,1", StepMask.Of(7), []);
        yield return Case(StepMask.Instance, ["i32:N,1"], "N,3,1", StepMask.Of(3), []);
        foreach (var (a, b, y) in new[]
        {
            ("N,3,2,4", "N,3,2,4", "N,3,2,4"),
            ("N,3,2,4", "N,3,1,1", "N,3,2,4"),
            ("N,1,2,4", "N,3,1,4", "N,3,2,4"),
            ("N,5", "N,5", "N,5"),
            ("N,1", "N,5", "N,5"),
            ("N,4,5", "N,4,1", "N,4,5"),
            ("N", "N", "N"),
        })
        {
            yield return Case(Add.Instance, [a, b], y);
            yield return Case(Subtract.Instance, [a, b], y);
            yield return Case(Multiply.Instance, [a, b], y);
            yield return Case(Divide.Instance, [a, b], y) with { Positive = 1 };
            yield return Case(DivisorGradient.Instance, [y, y, b], y);
            foreach (var @case in ChoiceCases(a, b, y))
                yield return @case;
        }

        foreach (var (shape, summed) in new[] { ("N,3,2,4", "N,3,1,1"), ("N,3,2,4", "N,1,2,1"), ("N,5", "N,1") })
        {
            yield return Case(SumTo.Instance, [shape], summed, Shape([.. Type(summed).SampleShape]));
        }

        yield return Case(Affine.Instance, ["N,3,2,4"], "N,3,2,4", Affine.Of(-0.5, 2));
        yield return Case(Affine.Instance, ["N,5"], "N,5", Affine.Of(1, 0));
        yield return Case(Concatenate.Instance, ["N,3,2,4", "N,1,2,4", "N,2,2,4"], "N,6,2,4", none.With("axis", 1));
        yield return Case(Concatenate.Instance, ["N,3,2,4", "N,3,5,4"], "N,3,7,4", none.With("axis", 2));
        yield return Case(Concatenate.Instance, ["N,3"], "N,3", none.With("axis", 1));
        yield return Case(Slice.Instance, ["N,6,2,4"], "N,2,2,4", Slice.Of(1, 3, 2));
        yield return Case(Slice.Instance, ["N,3,2,7"], "N,3,2,4", Slice.Of(3, 0, 4));
        yield return Case(SliceGradient.Instance, ["N,2,2,4"], "N,6,2,4", Slice.Of(1, 3, 2).With("total", 6));
        yield return Case(SliceGradient.Instance, ["N,4"], "N,5", Slice.Of(1, 1, 4).With("total", 5));
        yield return Case(Normalize.Instance, ["u8:N,2,3,3"], "N,2,3,3", none.With("scale", 1.0 / 255)
            .With("mean", ImmutableArray.Create(0.25, 0.5)).With("deviation", ImmutableArray.Create(0.5, 2.0)));
        yield return Case(Normalize.Instance, ["N,5"], "N,5", none.With("mean", ImmutableArray.Create(0.5)));

        yield return Case(Relu.Instance, ["N"], "N");
        foreach (var shape in new[] { "N,7", "N,2,3,4", "N,3,5" })
        {
            yield return Case(Relu.Instance, [shape], shape);
            yield return Case(StopGradient.Instance, [shape], shape, null, []);
            yield return Case(ReluGradient.Instance, [shape, shape], shape);
            yield return Case(ReluMask.Instance, ["u8:" + shape, shape], "u8:" + shape);
            foreach (var slope in new[] { 0.25, 0, -0.5 })
            {
                yield return Case(LeakyRelu.Instance, [shape], shape, none.With("slope", slope));
                yield return Case(LeakyReluGradient.Instance, [shape, shape], shape, none.With("slope", slope));
            }

            yield return Case(Sigmoid.Instance, [shape], shape);
            yield return Case(SigmoidGradient.Instance, [shape, shape], shape);
            yield return Case(Tanh.Instance, [shape], shape);
            yield return Case(TanhGradient.Instance, [shape, shape], shape);
            foreach (var @case in ActivationCases(shape))
                yield return @case;
            yield return Case(Softmax.Instance, [shape], shape);
            yield return Case(SoftmaxGradient.Instance, [shape, shape], shape);
            yield return Case(Dropout.Instance, [shape], shape, none.With("rate", 0.25).With("stream", 3));
        }

        foreach (var (shape, channels, count) in new[] { ("N,3,2,4", "3", 8), ("N,5", "5", 1), ("N,4,3", "3", 4) })
        {
            var attributes = none.With("epsilon", 1e-5).With("momentum", 0.1).With("count", count);
            yield return Case(BatchNorm.Instance, [shape, channels, channels, channels, channels], shape, attributes);
            yield return Case(BatchNormScale.Instance, [channels, channels], channels, attributes);
            yield return Case(BatchNormShift.Instance, [channels, channels, channels], channels, attributes);
            yield return Case(BatchNormShift.Instance, [channels, channels, channels, channels], channels, attributes);
            yield return Case(ScaleShift.Instance, [shape, channels, channels], shape, null, [0]);
            yield return Case(ScaleShift.Instance, [shape, channels], shape, null, [0]);
            yield return Case(ChannelMean.Instance, [channels], channels, attributes);
            yield return Case(SquaredDeviationSum.Instance, [shape, channels], channels);
            yield return Case(ReciprocalDeviation.Instance, [channels], channels, attributes);
            yield return Case(BatchNormalize.Instance, [shape, channels, channels, channels, channels], shape, attributes, [0, 3, 4]);
            yield return Case(BatchNormWeightGradient.Instance, [shape, shape, channels, channels], channels);
            yield return Case(BatchNormInputGradient.Instance,
                [shape, shape, channels, channels, channels, channels, channels], shape, attributes);
            yield return Case(RunningMean.Instance, [channels, channels], channels, attributes);
            yield return Case(RunningVariance.Instance, [channels, channels], channels, attributes);
        }

        yield return Case(ScaleRows.Instance, ["4,2,3,3", "4"], "4,2,3,3");
        yield return Case(ScaleRows.Instance, ["4,7", "4"], "4,7");

        foreach (var attributes in new[]
        {
            none, none.With("smoothing", 0.25), none.With("weights", ImmutableArray.Create(0.5, 0, 2, 1, 4, 0.25, 1)),
            none.With("smoothing", 1.0).With("weights", ImmutableArray.Create(0.5, 0, 2, 1, 4, 0.25, 1)),
        })
        {
            foreach (var target in new[] { "i32:N", "N,7" })
            {
                yield return Case(SoftmaxCrossEntropy.Instance, ["N,7", target], "N", attributes, [0]);
                yield return Case(SoftmaxCrossEntropyGradient.Instance, ["N,7", target], "N,7", attributes);
                yield return Case(SoftmaxCrossEntropyGradient.Instance, ["N,7", target, "N"], "N,7", attributes);
            }
        }

        yield return Case(SoftmaxDivergence.Instance, ["N,10", "N,10"], "N", none, [0]) with { Positive = 1 };
        yield return Case(SoftmaxDivergenceGradient.Instance, ["N,10", "N,10"], "N,10");
        yield return Case(SoftmaxDivergenceGradient.Instance, ["N,10", "N,10", "N"], "N,10");
        foreach (var shape in new[] { "N", "N,1", "N,2,3,4" })
        {
            yield return Case(GradientSeed.Instance, [shape], shape, GradientSeed.Of(0.5));
            yield return Case(GradientSeed.Instance, [shape], shape, GradientSeed.OfMean);
        }

        foreach (var shape in new[] { "N", "N,1", "N,7", "N,3,5", "N,2,3,4" })
        {
            yield return Case(MeanSquaredError.Instance, [shape, shape], "N");
            yield return Case(MeanSquaredErrorGradient.Instance, [shape, shape], shape);
            yield return Case(MeanSquaredErrorGradient.Instance, [shape, shape, "N"], shape);
            yield return Case(MeanAbsoluteError.Instance, [shape, shape], "N");
            yield return Case(MeanAbsoluteErrorGradient.Instance, [shape, shape], shape);
            yield return Case(MeanAbsoluteErrorGradient.Instance, [shape, shape, "N"], shape);
            foreach (var delta in new[] { 0.1, 1 })
            {
                var attributes = none.With("delta", delta);
                yield return Case(Huber.Instance, [shape, shape], "N", attributes);
                yield return Case(HuberGradient.Instance, [shape, shape], shape, attributes);
                yield return Case(HuberGradient.Instance, [shape, shape, "N"], shape, attributes);
            }

            var margin = none.With("margin", 0.25);
            yield return Case(Hinge.Instance, [shape, shape], "N", margin, [0]);
            yield return Case(HingeGradient.Instance, [shape, shape], shape, margin);
            yield return Case(HingeGradient.Instance, [shape, shape, "N"], shape, margin);
            yield return Case(SigmoidCrossEntropyGradient.Instance, [shape, shape, "N"], shape);
            yield return Case(SigmoidCrossEntropy.Instance, [shape, shape], "N", none, [0]);
            yield return Case(SigmoidCrossEntropyGradient.Instance, [shape, shape], shape);
        }
    }

    // Functions of one number, and their gradients.
    private static IEnumerable<OperatorCase> ActivationCases(string shape)
    {
        var none = Attributes.Empty;
        OperatorCase Function(Operator function, Attributes? attributes = null) => Case(function, [shape], shape, attributes);
        OperatorCase Gradient(Operator gradient, Attributes? attributes = null) => Case(gradient, [shape, shape], shape, attributes);

        foreach (var alpha in new[] { 1, 0.25, 0 })
        {
            yield return Function(Elu.Instance, none.With("alpha", alpha));
            yield return Gradient(EluGradient.Instance, none.With("alpha", alpha).With("scale", 2.0));
        }

        foreach (var beta in new[] { 1, 0.25, 20 })
        {
            yield return Function(Softplus.Instance, none.With("beta", beta));
            yield return Gradient(SoftplusGradient.Instance, none.With("beta", beta));
        }

        // No number of the tests is a limit.
        foreach (var (min, max) in new[]
        {
            (-0.125, 0.25), (0, 6), (double.NegativeInfinity, 0.125), (-0.125, double.PositiveInfinity),
            (double.NegativeInfinity, double.PositiveInfinity),
        })
        {
            yield return Function(Clip.Instance, none.With("min", min).With("max", max));
            yield return Gradient(ClipGradient.Instance, none.With("min", min).With("max", max));
        }

        foreach (var exponent in new[] { 0, 1, 2, 3, 5 })
        {
            yield return Function(Power.Instance, Power.Of(exponent));
            yield return Gradient(PowerGradient.Instance, Power.Of(exponent));
        }

        foreach (var exponent in new[] { 8, 9, -1, -2, -7, 0.5, -0.5, 2.5, 6.5, 0.3, -1.25 })
        {
            yield return Function(Power.Instance, Power.Of(exponent)) with { Positive = 0 };
            yield return Gradient(PowerGradient.Instance, Power.Of(exponent)) with { Positive = 1 };
        }

        yield return Function(Log.Instance) with { Positive = 0 };
        yield return Function(Sqrt.Instance) with { Positive = 0 };
        yield return Gradient(SqrtGradient.Instance) with { Positive = 1 };
        Operator[] functions =
        [
            Selu.Instance, Gelu.Instance, GeluTanh.Instance, Silu.Instance, HardSigmoid.Instance, HardSwish.Instance, Exp.Instance,
            Square.Instance, Abs.Instance,
        ];
        foreach (var function in functions)
            yield return Function(function);
        Operator[] gradients =
        [
            GeluGradient.Instance, GeluTanhGradient.Instance, SiluGradient.Instance, HardSigmoidGradient.Instance,
            HardSwishGradient.Instance, SquareGradient.Instance, AbsGradient.Instance,
        ];
        foreach (var gradient in gradients)
            yield return Gradient(gradient);

        var channels = Type(shape).Shape[Type(shape).FeatureDimension].ToString();
        yield return Case(PRelu.Instance, [shape, channels], shape);
        yield return Case(PRelu.Instance, [shape, "1"], shape);
        yield return Case(PReluGradient.Instance, [shape, shape, channels], shape);
        yield return Case(PReluGradient.Instance, [shape, shape, "1"], shape);
        yield return Case(PReluSlopeGradient.Instance, [shape, shape], channels);
        yield return Case(VectorSum.Instance, [channels], "1");
    }

    // One of two numbers, or a comparison of them.
    private static IEnumerable<OperatorCase> ChoiceCases(string a, string b, string y)
    {
        yield return Case(Minimum.Instance, [a, b], y);
        yield return Case(Maximum.Instance, [a, b], y);
        yield return Case(Where.Instance, [a, b, y], y, null, [1, 2]);
        yield return Case(Where.Instance, [y, a, b], y, null, [1, 2]);
        foreach (var function in Enum.GetValues<ComparisonFunction>())
        {
            yield return Case(Compare.Instance, [a, b], y, Compare.Of(function), []);
            yield return Case(Compare.Instance, [a], a, Compare.Of(function).With("number", 0.125), []);
            yield return Case(ExtremeGradient.Instance, [y, a, b], y, Compare.Of(function));
            yield return Case(WhereGradient.Instance, [y, a], y, Compare.Of(function));
        }
    }

    // Shapes, pooling, reductions and normalisation of samples.
    private static IEnumerable<OperatorCase> Reshaping()
    {
        var none = Attributes.Empty;
        foreach (var (mode, before, after) in new[]
        {
            (PaddingMode.Constant, 2, 1), (PaddingMode.Constant, 0, 3),
            (PaddingMode.Reflect, 2, 1), (PaddingMode.Reflect, 0, 2), (PaddingMode.Reflect, 3, 3),
            (PaddingMode.Edge, 2, 1), (PaddingMode.Edge, 0, 3), (PaddingMode.Edge, 3, 0),
        })
        {
            foreach (var (axis, shape) in new[] { (2, "N,2,{0},3"), (3, "N,3,2,{0}"), (1, "N,{0}") })
            {
                string Extent(int size) => string.Format(CultureInfo.InvariantCulture, shape, size);
                var attributes = Pad.Of(mode, axis, before, after, 0.5);
                yield return Case(Pad.Instance, [Extent(4)], Extent(4 + before + after), attributes);
                yield return Case(PadGradient.Instance, [Extent(4 + before + after)], Extent(4), attributes);
            }
        }

        foreach (var (mode, scale, small, large) in new[]
        {
            (InterpolationMode.Nearest, 1, 3, 3), (InterpolationMode.Nearest, 2, 3, 6), (InterpolationMode.Nearest, 3, 1, 3),
            (InterpolationMode.Bilinear, 1, 5, 3), (InterpolationMode.Bilinear, 2, 5, 6), (InterpolationMode.Bilinear, 3, 4, 6),
            (InterpolationMode.Bilinear, 4, 3, 4),
        })
        {
            foreach (var (axis, shape) in new[] { (2, "N,2,{0},3"), (3, "N,3,2,{0}") })
            {
                string Extent(int size) => string.Format(CultureInfo.InvariantCulture, shape, size);
                yield return Case(Interpolate.Instance, [Extent(small)], Extent(large), Interpolate.Of(mode, axis, scale));
                yield return Case(InterpolateGradient.Instance, [Extent(large)], Extent(small), Interpolate.Of(mode, axis, scale));
            }
        }

        foreach (var (total, size) in new[] { (5, 3), (6, 4), (3, 5), (7, 2), (4, 4), (6, 3) })
        {
            var attributes = AdaptiveAverage.Of(2, size);
            yield return Case(AdaptiveAverage.Instance, [$"N,2,{total},3"], $"N,2,{size},3", attributes);
            yield return Case(AdaptiveAverageGradient.Instance, [$"N,2,{size},3"], $"N,2,{total},3", attributes.With("total", total));
        }

        foreach (var (small, large, factor) in new[] { ("N,8,2,3", "N,2,4,6", 2), ("N,9,2,1", "N,1,6,3", 3), ("N,2,3,2", "N,2,3,2", 1) })
        {
            yield return Case(PixelShuffle.Instance, [small], large, none.With("factor", factor));
            yield return Case(PixelUnshuffle.Instance, [large], small, none.With("factor", factor));
        }
    }

    private static IEnumerable<OperatorCase> Convolutions()
    {
        foreach (var (weight, missing) in new[]
        {
            ("4,3,2,2", ImmutableArray.Create(0, 1, 5, 9, 11)), ("2,2,3,1", [2]), ("3,1,1,1", []), ("2,4,1,2", [0, 1, 2, 7]),
        })
        {
            // Weights have no batch that a loss could be the mean of: PyTorch's gradient of a convolution is what theirs is held against.
            yield return Case(ConnectedWeights.Instance, [weight], weight, Attributes.Empty.With("missing", missing), []);
        }

        foreach (var (window, y) in new[]
        {
            (Window(2, 2, 2, 2), "N,2,3,2"), (Window(3, 2, 2, 1, top: 1, left: 1, bottom: 1, right: 0), "N,2,3,5"),
        })
        {
            yield return Case(SumPool.Instance, ["N,2,6,5"], y, window);
        }

        foreach (var (shape, numbers) in new[]
        {
            ("2,1,2,3", new[] { 1, 2, 3, 4, 5, 6, -1, -2, 0.5, 0.5, 0.5, 0 }), ("1,1,1,1", [7]), ("3,1,1,2", [1, 1, 1, 1, 2, 1]),
        })
        {
            yield return Case(ConstantTensor.Instance, [], shape, Attributes.Empty
                .With("shape", Type(shape).SampleShape).With("numbers", numbers.ToImmutableArray()));
        }
    }

    private static IEnumerable<OperatorCase> Reductions()
    {
        foreach (var (shape, reduced) in new[]
        {
            ("N,3,2,4", "N,3,1,1"), ("N,3,2,4", "N,1,2,1"), ("N,3,2,4", "N,1,1,1"), ("N,3,2,4", "N,3,2,4"), ("N,5", "N,1"),
        })
        {
            var sample = Type(reduced).SampleShape;
            var scaled = Attributes.Empty.With("shape", sample).With("scale", -0.25);
            var broadcast = Attributes.Empty.With("shape", Type(shape).SampleShape);
            yield return Case(SumTo.Instance, [shape], reduced, scaled);
            yield return Case(BroadcastTo.Instance, [reduced], shape, broadcast);
            yield return Case(BroadcastTo.Instance, [reduced], shape, broadcast.With("scale", 0.5));
            var axes = Enumerable.Range(0, sample.Length).Where(i => sample[i] == 1).Select(i => i + 1).ToImmutableArray();
            if (axes.IsEmpty)
                continue;
            foreach (var isLargest in new[] { true, false })
            {
                var attributes = ReduceExtreme.Of(axes, isLargest, sharesTies: isLargest);
                yield return Case(ReduceExtreme.Instance, [shape], reduced + ";i32:" + reduced, attributes);
                yield return Case(ReduceExtremeGradient.Instance, [reduced, "i32:" + reduced], shape,
                    attributes.With("shape", Type(shape).SampleShape));
                yield return Case(SharedExtremeGradient.Instance, [reduced, shape, reduced], shape, attributes);
            }
        }
    }

    // Repeated, chosen and counted elements.
    private static IEnumerable<OperatorCase> Choosing()
    {
        foreach (var (small, repeats, large) in new[]
        {
            ("N,3", new[] { 4 }, "N,12"), ("N,2,3,4", [2, 1, 3], "N,4,3,12"), ("N,2,3,4", [1, 1, 1], "N,2,3,4"), ("N,3,2", [2, 2], "N,6,4"),
        })
        {
            var attributes = Attributes.Empty.With("repeats", repeats.ToImmutableArray());
            yield return Case(Tile.Instance, [small], large, attributes);
            yield return Case(TileGradient.Instance, [large], small, attributes);
        }

        foreach (var (shape, reduced) in new[]
        {
            ("N,3,2,4", "N,3,1,1"), ("N,3,2,4", "N,1,2,1"), ("N,5", "N,1"), ("N,4,3", "N,4,1"), ("N,3,1,1", "N,3,1,1"),
        })
        {
            var sample = Type(reduced).SampleShape;
            yield return Case(ReduceNorm.Instance, [shape], reduced, Attributes.Empty.With("shape", sample));
            yield return Case(ReduceNormGradient.Instance, [shape, reduced, reduced], shape) with { Positive = 2 };
            var axes = Enumerable.Range(0, sample.Length).Where(i => sample[i] == 1).Select(i => i + 1).ToImmutableArray();
            yield return Case(ArgExtreme.Instance, [shape], reduced, ArgExtreme.Of(axes, isLargest: true), []);
            yield return Case(ArgExtreme.Instance, [shape], reduced, ArgExtreme.Of(axes, isLargest: false), []);
        }

        yield return Case(OneHot.Instance, ["N"], "N,4", Attributes.Empty.With("classes", 4), []);
        yield return Case(OneHot.Instance, ["N,3"], "N,3,5", Attributes.Empty.With("classes", 5), []);
        foreach (var (shape, count, best) in new[] { ("N,7", 3, "N,3"), ("N,5,2,3", 5, "N,5,2,3"), ("N,2,6", 1, "N,2,1"), ("N,1", 1, "N,1") })
        {
            yield return Case(TopK.Instance, [shape], best + ";" + best, Attributes.Empty.With("count", count));
            var total = Type(shape).Shape[Type(shape).FeatureDimension].Size;
            yield return Case(TopKGradient.Instance, [best, best], shape, Attributes.Empty.With("total", total));
        }
    }

    private static IEnumerable<OperatorCase> SampleNormalisation()
    {
        var none = Attributes.Empty;
        foreach (var (shape, statistic, groups) in new[]
        {
            ("N,4,2,3", "N,1,1,1", 1), ("N,4,2,3", "N,4,1,1", 4), ("N,4,2,3", "N,2,1,1", 2), ("N,6", "N,1", 1), ("N,6", "N,3", 3),
        })
        {
            var attributes = none.With("groups", groups).With("epsilon", 1e-3);
            yield return Case(GroupMean.Instance, [shape], statistic, attributes);
            yield return Case(GroupDeviation.Instance, [shape, statistic], statistic, attributes);
            yield return Case(GroupProductMean.Instance, [shape, shape], statistic, attributes);
            if (groups is 1 or 4)
            {
                // Its gradient contains that of the statistics: LayerTests hold it against differences.
                yield return Case(GroupNormalize.Instance, [shape, statistic, statistic], shape, attributes, []);
                yield return Case(GroupNormalizeGradient.Instance, [shape, shape, statistic, statistic, statistic], shape);
            }
        }

        yield return Case(RepeatGroups.Instance, ["N,2,1,1"], "N,6,1,1", RepeatGroups.Of(6));
        yield return Case(RepeatGroups.Instance, ["N,3"], "N,6", RepeatGroups.Of(6));
        foreach (var (shape, weight) in new[] { ("N,3,2,4", "3"), ("N,3,2,4", "3,2,4"), ("N,5", "5") })
        {
            yield return Case(Gain.Instance, [shape, weight], shape);
            yield return Case(GainGradient.Instance, [shape, shape], weight, GainGradient.Of(Type(weight)));
        }

        yield return Case(SampleBias.Instance, ["N,3,2,4", "3,2,4"], "N,3,2,4");
        yield return Case(SampleSum.Instance, ["N,3,2,4"], "3,2,4");
        foreach (var shape in new[] { "N,7", "N,5,2,3" })
        {
            yield return Case(LogSoftmax.Instance, [shape], shape);
            yield return Case(LogSoftmaxGradient.Instance, [shape, shape], shape);
            yield return Case(L2Normalize.Instance, [shape], shape, none.With("epsilon", 1e-12));
            yield return Case(L2Normalize.Instance, [shape], shape, none.With("epsilon", 10.0));
            yield return Case(L2NormalizeGradient.Instance, [shape, shape], shape, none.With("epsilon", 1e-12));
            foreach (var size in new[] { 1, 2, 3, 5, 12 })
            {
                var attributes = none.With("size", size).With("alpha", 0.5).With("bias", 2.0);
                yield return Case(LocalSquares.Instance, [shape], shape, attributes);
                yield return Case(LocalSquaresGradient.Instance, [shape, shape], shape, attributes);
            }

            yield return Case(DivideByPower.Instance, [shape, shape], shape, none.With("exponent", 0.75)) with { Positive = 1 };
            var gradient = Case(DivideByPowerGradient.Instance, [shape, shape, shape], shape, none.With("exponent", 0.75));
            yield return gradient with { Positive = 2 };
        }
    }

    private static OperatorCase Case(
        Operator @operator, string[] inputs, string results, Attributes? attributes = null, ImmutableArray<int>? differentiable = null) =>
        new(@operator, [.. inputs.Select(Type)], [.. results.Split(';').Select(Type)], attributes ?? Attributes.Empty, differentiable);
}
