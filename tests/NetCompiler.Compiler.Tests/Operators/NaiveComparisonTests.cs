using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Tests.Reference;

namespace NetCompiler.Compiler.Tests.Operators;

/// <summary>The tensor expressions of convolution, pooling and dense layers against loops that know nothing of them.</summary>
public sealed class NaiveComparisonTests
{
    private const double Tolerance = 1e-12;
    private const int Seed = 977;
    private const int RandomShapes = 24;

    /// <summary>An image and a window: batch, channels in, height, width, channels out, groups, and the two directions.</summary>
    public sealed record Shape(int Batch, int Inputs, int Height, int Width, int Outputs, int Groups, NaiveAxis Y, NaiveAxis X)
    {
        public Attributes Attributes => OperatorCatalogue.Window(
            Y.Kernel, X.Kernel, Y.Stride, X.Stride, Y.Dilation, X.Dilation, Y.Before, X.Before, Y.After, X.After).With("groups", Groups);

        public Attributes SizedAttributes => Attributes.With("size", ImmutableArray.Create(Height, Width));

        public TensorType InputType => TensorType.Float(Dimension.Batch, Inputs, Height, Width);

        public TensorType WeightType => TensorType.Float(Outputs, Inputs / Groups, Y.Kernel, X.Kernel);

        public TensorType OutputType(int channels) => TensorType.Float(Dimension.Batch, channels, Y.Outputs(Height), X.Outputs(Width));

        public override string ToString() =>
            $"seed {Seed}: {Batch}×{Inputs}×{Height}×{Width} → {Outputs} channels, {Groups} groups, {Y} by {X}";
    }

    private static NaiveAxis Plain(int kernel, int stride = 1, int dilation = 1, int before = 0, int after = 0) =>
        new(kernel, stride, dilation, before, after);

    private static IEnumerable<Shape> Odd(bool isPooling)
    {
        yield return new(1, 1, 1, 1, 1, 1, Plain(1), Plain(1));
        yield return new(7, 3, 1, 1, 5, 1, Plain(1), Plain(1));
        yield return new(1, 2, 7, 11, 3, 1, Plain(3), Plain(5));
        yield return new(7, 2, 13, 5, 3, 1, Plain(3, 2), Plain(2, 3));
        yield return new(1, 3, 5, 7, 2, 1, Plain(3, 2, 1, 1, 1), Plain(3, 2, 1, 1, 1));
        yield return new(2, 1, 3, 3, 1, 1, Plain(3, 1, 1, 2, 2), Plain(3, 1, 1, 2, 2));
        yield return new(1, 1, 7, 7, 1, 1, Plain(2, 5), Plain(2, 3));
        yield return new(1, 1, 7, 7, 1, 1, Plain(7), Plain(7));
        var random = new Random(Seed);
        for (var i = 0; i < RandomShapes; i++)
        {
            var groups = isPooling ? 1 : random.Next(1, 4);
            NaiveAxis Axis(int size)
            {
                var kernel = random.Next(1, Math.Min(size, 5) + 1);
                var dilation = isPooling ? 1 : random.Next(1, 4);
                var extent = (kernel - 1) * dilation + 1;
                var padding = Math.Max(isPooling ? 0 : (extent - size + 1) / 2, random.Next(0, kernel));
                var after = Math.Max(isPooling ? 0 : extent - size - padding, random.Next(0, kernel));
                return new NaiveAxis(kernel, random.Next(1, 4), dilation, padding, after);
            }

            var (height, width) = (random.Next(1, 12), random.Next(1, 12));
            var (y, x) = (Axis(height), Axis(width));
            var (inputs, outputs) = (groups * random.Next(1, 3), groups * random.Next(1, 4));
            yield return new(i % 3 == 0 ? 7 : random.Next(1, 3), inputs, height, width, outputs, groups, y, x);
        }

        if (isPooling)
            yield break;
        yield return new(2, 6, 9, 9, 6, 6, Plain(3, 1, 1, 1, 1), Plain(3, 1, 1, 1, 1));
        yield return new(1, 4, 11, 11, 8, 4, Plain(3, 2, 2, 2, 2), Plain(3, 2, 2, 2, 2));
        yield return new(1, 2, 9, 13, 2, 1, Plain(3, 1, 4), Plain(2, 1, 5));
    }

    // A pooling window that hangs over the end must begin inside, and no window may lie in the padding.
    private static IEnumerable<Shape> PoolingShapes() =>
        Odd(isPooling: true).Where(s => HasInside(s.Y, s.Height) && HasInside(s.X, s.Width));

    private static bool HasInside(NaiveAxis axis, int size) => (axis.Outputs(size) - 1) * axis.Stride - axis.Before < size;

    private static double[] Apply(Operator @operator, Attributes attributes, int batch, params (TensorType Type, double[] Data)[] inputs) =>
        ReferenceEvaluator.Apply(@operator, attributes, [.. inputs.Select(i => i.Type)],
            [.. inputs.Select(i => new ReferenceTensor(ReferenceTensor.Extents(i.Type, batch), i.Data))], batch)[0].Data;

    private static double[] Numbers(TensorType type, int batch, Random random) => ReferenceTensor.ForType(type, batch, random).Data;

    [Fact]
    public void ConvolutionAndItsGradients()
    {
        var random = new Random(Seed);
        var shapes = Odd(isPooling: false).ToList();
        Assert.True(shapes.Count >= 20);
        foreach (var s in shapes)
        {
            var y = s.OutputType(s.Outputs);
            var (input, weight) = (Numbers(s.InputType, s.Batch, random), Numbers(s.WeightType, 1, random));
            var dy = Numbers(y, s.Batch, random);
            Assert.Equal(y, Conv.Instance.Infer(new OperatorContext(s.Attributes, [s.InputType, s.WeightType]))[0]);
            Near.Assert(Apply(Conv.Instance, s.Attributes, s.Batch, (s.InputType, input), (s.WeightType, weight)),
                Naive.Conv(input, weight, s.Batch, s.Inputs, s.Height, s.Width, s.Outputs, s.Groups, s.Y, s.X),
                Tolerance, s.ToString());
            Near.Assert(Apply(ConvInputGradient.Instance, s.SizedAttributes, s.Batch, (y, dy), (s.WeightType, weight)),
                Naive.ConvInputGradient(dy, weight, s.Batch, s.Inputs, s.Height, s.Width, s.Outputs, s.Groups, s.Y, s.X),
                Tolerance, s.ToString());
            Near.Assert(Apply(ConvWeightGradient.Instance, s.Attributes, s.Batch, (s.InputType, input), (y, dy)),
                Naive.ConvWeightGradient(input, dy, s.Batch, s.Inputs, s.Height, s.Width, s.Outputs, s.Groups, s.Y, s.X),
                Tolerance, s.ToString());
        }
    }

    [Fact]
    public void MaxPoolingAndItsGradient()
    {
        var random = new Random(Seed);
        var shapes = PoolingShapes().ToList();
        Assert.True(shapes.Count >= 20, $"{shapes.Count} shapes");
        foreach (var s in shapes)
        {
            var y = s.OutputType(s.Inputs);
            var (input, dy) = (Numbers(s.InputType, s.Batch, random), Numbers(y, s.Batch, random));
            var results = ReferenceEvaluator.Apply(MaxPool.Instance, s.Attributes, [s.InputType],
                [new ReferenceTensor(ReferenceTensor.Extents(s.InputType, s.Batch), input)], s.Batch);
            var (values, taps) = Naive.MaxPool(input, s.Batch * s.Inputs, s.Height, s.Width, s.Y, s.X);
            Assert.Equal(values, results[0].Data);
            Assert.Equal(taps, results[1].Data);
            var index = MaxPool.Instance.Infer(new OperatorContext(s.Attributes, [s.InputType]))[1];
            Near.Assert(Apply(MaxPoolGradient.Instance, s.SizedAttributes, s.Batch, (y, dy), (index, taps)),
                Naive.MaxPoolGradient(input, dy, s.Batch * s.Inputs, s.Height, s.Width, s.Y, s.X),
                Tolerance, s.ToString());
        }
    }

    [Fact]
    public void AveragePoolingAndItsGradient()
    {
        var random = new Random(Seed);
        foreach (var s in PoolingShapes())
        {
            var y = s.OutputType(s.Inputs);
            var (input, dy) = (Numbers(s.InputType, s.Batch, random), Numbers(y, s.Batch, random));
            Near.Assert(Apply(AveragePool.Instance, s.Attributes, s.Batch, (s.InputType, input)),
                Naive.AveragePool(input, s.Batch * s.Inputs, s.Height, s.Width, s.Y, s.X),
                Tolerance, s.ToString());
            var divided = Apply(DivideByTaps.Instance, s.SizedAttributes, s.Batch, (y, dy));
            Near.Assert(Apply(AveragePoolGradient.Instance, s.SizedAttributes, s.Batch, (y, divided)),
                Naive.AveragePoolGradient(dy, s.Batch * s.Inputs, s.Height, s.Width, s.Y, s.X),
                Tolerance, s.ToString());
        }
    }

    [Fact]
    public void DenseAndItsGradients()
    {
        var random = new Random(Seed);
        for (var i = 0; i < 24; i++)
        {
            var (batch, outputs) = (i % 3 == 0 ? 7 : 1, random.Next(1, 12));
            var shape = i % 2 == 0 ? ImmutableArray.Create(random.Next(1, 40)) : [random.Next(1, 5), random.Next(1, 5), random.Next(1, 5)];
            var inputs = shape.Aggregate(1, (product, extent) => product * extent);
            var x = TensorType.Float([Dimension.Batch, .. shape.Select(e => (Dimension)e)]);
            var (w, y) = (TensorType.Float(outputs, inputs), TensorType.Float(Dimension.Batch, outputs));
            var (input, weight, dy) = (Numbers(x, batch, random), Numbers(w, 1, random), Numbers(y, batch, random));
            var what = $"seed {Seed}, shape {i}: {batch} × {string.Join("×", shape)} → {outputs}";
            var attributes = Attributes.Empty;
            Near.Assert(Apply(Dense.Instance, attributes, batch, (x, input), (w, weight)),
                Naive.Dense(input, weight, batch, inputs, outputs), Tolerance, what);
            Near.Assert(Apply(DenseInputGradient.Instance, attributes.With("shape", shape), batch, (y, dy), (w, weight)),
                Naive.DenseInputGradient(dy, weight, batch, inputs, outputs), Tolerance, what);
            Near.Assert(Apply(DenseWeightGradient.Instance, attributes, batch, (x, input), (y, dy)),
                Naive.DenseWeightGradient(input, dy, batch, inputs, outputs), Tolerance, what);
        }
    }
}
