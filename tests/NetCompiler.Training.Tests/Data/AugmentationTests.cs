using NetCompiler.Runtime;
using NetCompiler.Training.Data;

namespace NetCompiler.Training.Tests.Data;

public sealed class AugmentationTests
{
    private static readonly ImageShape s_shape = new(2, 3, 4);

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Flip_mirrors_rows_and_columns(bool horizontal, bool vertical)
    {
        var source = Ramp(s_shape);
        var found = Apply(new Flip(horizontal ? 1 : 0, vertical ? 1 : 0), source, s_shape, seed: 3);
        ForEach(s_shape, (c, y, x, at) =>
            Assert.Equal(source[At(s_shape, c, vertical ? 2 - y : y, horizontal ? 3 - x : x)], found[at]));
    }

    [Fact]
    public void Flip_mirrors_as_many_as_asked()
    {
        var source = Ramp(s_shape);
        var (mirrored, upended) = (0, 0);
        for (var seed = 0UL; seed < 1000; seed++)
        {
            var first = Apply(new Flip(0.3, 0.6), source, s_shape, seed)[0];
            mirrored += first is 3 or 11 ? 1 : 0;
            upended += first is 8 or 11 ? 1 : 0;
        }
        Assert.InRange(mirrored, 250, 350);
        Assert.InRange(upended, 550, 650);
    }

    [Theory]
    [InlineData(2, 3, 0)]
    [InlineData(3, 4, 2)]
    [InlineData(1, 1, 3)]
    public void RandomCrop_cuts_out_every_rectangle_alike(int height, int width, int padding)
    {
        var crop = new RandomCrop(height, width, padding, fill: -1f);
        var output = crop.OutputShape(s_shape);
        Assert.Equal(new ImageShape(2, height, width), output);
        var source = Ramp(s_shape);
        var counts = new Dictionary<(int, int), int>();
        var places = (s_shape.Height + 2 * padding - height + 1) * (s_shape.Width + 2 * padding - width + 1);
        for (var seed = 0UL; seed < (ulong)(places * 200); seed++)
        {
            // The stream's first two numbers are the place.
            var random = new RandomStream(seed);
            var top = random.NextInt32(s_shape.Height + 2 * padding - height + 1) - padding;
            var left = random.NextInt32(s_shape.Width + 2 * padding - width + 1) - padding;
            counts[(top, left)] = counts.GetValueOrDefault((top, left)) + 1;
            var found = Apply(crop, source, s_shape, seed);
            ForEach(output, (c, y, x, at) =>
            {
                var (fromY, fromX) = (top + y, left + x);
                var inside = fromY >= 0 && fromY < s_shape.Height && fromX >= 0 && fromX < s_shape.Width;
                Assert.Equal(inside ? source[At(s_shape, c, fromY, fromX)] : -1f, found[at]);
            });
        }
        Assert.Equal(places, counts.Count);
        Assert.All(counts.Values, n => Assert.InRange(n, 120, 300));
    }

    [Fact]
    public void A_picture_as_it_is_has_its_middle_cut_out()
    {
        var shape = new ImageShape(1, 5, 6);
        IAugmentation crop = new RandomCrop(3, 2);
        var found = new float[6];
        crop.ApplyPlain(Ramp(shape), shape, found);
        Assert.Equal([8f, 9, 14, 15, 20, 21], found);
    }

    [Fact]
    public void Rotate_reads_each_pixel_from_where_it_was()
    {
        var shape = new ImageShape(2, 5, 5);
        var source = Ramp(shape);
        for (var seed = 0UL; seed < 20; seed++)
        {
            var random = new RandomStream(seed);
            var angle = (2 * random.NextDouble() - 1) * 90 * Math.PI / 180;
            var found = Apply(new Rotate(90, fill: 7f), source, shape, seed);
            ForEach(shape, (c, y, x, at) =>
            {
                var fromX = Math.Cos(angle) * (x - 2) - Math.Sin(angle) * (y - 2) + 2;
                var fromY = Math.Sin(angle) * (x - 2) + Math.Cos(angle) * (y - 2) + 2;
                // Bilinear: the sum over all pixels, near and far, of hats of width 1.
                var expected = 0.0;
                for (var v = -3; v < 9; v++)
                {
                    for (var u = -3; u < 9; u++)
                    {
                        var weight = Math.Max(0, 1 - Math.Abs(u - fromX)) * Math.Max(0, 1 - Math.Abs(v - fromY));
                        expected += weight * (u is >= 0 and < 5 && v is >= 0 and < 5 ? source[At(shape, c, v, u)] : 7.0);
                    }
                }
                Assert.Equal(expected, found[at], 1e-4);
            });
        }
        Assert.Equal(source, Apply(new Rotate(0), source, shape, 1));
    }

    [Fact]
    public void Cutout_covers_squares_that_may_hang_over()
    {
        var shape = new ImageShape(3, 9, 7);
        var source = Array.ConvertAll(Ramp(shape), v => v + 1);
        for (var seed = 0UL; seed < 100; seed++)
        {
            var random = new RandomStream(seed);
            var (middleY, middleX) = (random.NextInt32(9), random.NextInt32(7));
            var found = Apply(new Cutout(4, fill: -5f), source, shape, seed);
            ForEach(shape, (c, y, x, at) =>
            {
                var covered = y >= middleY - 2 && y < middleY + 2 && x >= middleX - 2 && x < middleX + 2;
                Assert.Equal(covered ? -5f : source[at], found[at]);
            });
        }
        Assert.True(Apply(new Cutout(2, count: 6), source, shape, 1).Count(v => v == 0) > 3 * 4);
        Assert.All(Apply(new Cutout(100, fill: 3f), source, shape, 1), v => Assert.Equal(3f, v));
    }

    /// <summary>torchvision.transforms.functional's formulas, in double precision, the hue by way of HSV.</summary>
    [Theory]
    [InlineData(0.5, 0, 0, 0)]
    [InlineData(0, 0.5, 0, 0)]
    [InlineData(0, 0, 0.9, 0)]
    [InlineData(0, 0, 0, 0.5)]
    [InlineData(1.5, 0.4, 0.4, 0.2)]
    public void ColorJitter_is_that_of_torchvision(double brightness, double contrast, double saturation, double hue)
    {
        var shape = new ImageShape(3, 4, 5);
        for (var seed = 0UL; seed < 30; seed++)
        {
            var random = new RandomStream(seed + 1000);
            var source = new float[shape.Length];
            foreach (ref var value in source.AsSpan())
                value = (float)random.NextDouble();
            // A grey pixel and a black one.
            foreach (var c in Enumerable.Range(0, 3))
                (source[c * 20], source[c * 20 + 1]) = (0.5f, 0f);

            random = new RandomStream(seed);
            double[] factors = [.. new[] { brightness, contrast, saturation }.Select(r => Draw(ref random, Math.Max(0, 1 - r), 1 + r))];
            var turn = Draw(ref random, -hue, hue);
            var expected = Array.ConvertAll(source, v => (double)v);
            Blend(expected, factors[0], _ => 0);
            var mean = Enumerable.Range(0, 20).Average(i => Gray(expected, i));
            Blend(expected, factors[1], _ => mean);
            var grays = Enumerable.Range(0, 20).Select(i => Gray(expected, i)).ToArray();
            Blend(expected, factors[2], at => grays[at % 20]);
            for (var i = 0; i < 20; i++)
                Turn(expected, i, turn);

            var found = Apply(new ColorJitter(brightness, contrast, saturation, hue), source, shape, seed);
            for (var i = 0; i < found.Length; i++)
                Assert.Equal(expected[i], found[i], 1e-5);
        }

        static double Draw(ref RandomStream random, double from, double to) => from + (to - from) * random.NextDouble();

        static double Gray(double[] v, int i) => 0.2989 * v[i] + 0.587 * v[20 + i] + 0.114 * v[40 + i];

        static void Blend(double[] values, double factor, Func<int, double> with)
        {
            for (var i = 0; i < values.Length; i++)
                values[i] = Math.Clamp(factor * values[i] + (1 - factor) * with(i), 0, 1);
        }

        static void Turn(double[] v, int i, double turn)
        {
            var (r, g, b) = (v[i], v[20 + i], v[40 + i]);
            var (max, min) = (Math.Max(r, Math.Max(g, b)), Math.Min(r, Math.Min(g, b)));
            if (max == min)
                return;
            var sixths = max == r ? (g - b) / (max - min) : max == g ? (b - r) / (max - min) + 2 : (r - g) / (max - min) + 4;
            var h = ((sixths / 6 + turn) % 1 + 1) % 1;
            var s = (max - min) / max;
            var f = h * 6 - Math.Floor(h * 6);
            var (p, q, t) = (max * (1 - s), max * (1 - s * f), max * (1 - s * (1 - f)));
            (v[i], v[20 + i], v[40 + i]) = (int)Math.Floor(h * 6) switch
            {
                0 => (max, t, p),
                1 => (q, max, p),
                2 => (p, max, t),
                3 => (p, q, max),
                4 => (t, p, max),
                _ => (max, p, q),
            };
        }
    }

    [Fact]
    public void Grey_pictures_have_no_hue()
    {
        var shape = new ImageShape(1, 2, 2);
        float[] source = [0.1f, 0.2f, 0.3f, 0.4f];
        Assert.Equal(source, Apply(new ColorJitter(saturation: 1, hue: 0.5), source, shape, 1));
        Assert.Equal(0.25, Apply(new ColorJitter(contrast: 0.5), source, shape, 1).Average(), 1e-6);
    }

    [Fact]
    public void Constants_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Flip(1.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Flip(vertical: double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RandomCrop(0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RandomCrop(1, 1, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Rotate(181));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ColorJitter(brightness: -0.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ColorJitter(hue: 0.6));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Cutout(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Cutout(1, 0));
    }

    private static float[] Apply(IAugmentation augmentation, float[] source, ImageShape shape, ulong seed)
    {
        var random = new RandomStream(seed);
        // What is not written stays NaN.
        var destination = new float[augmentation.OutputShape(shape).Length];
        destination.AsSpan().Fill(float.NaN);
        augmentation.Apply(source, shape, destination, ref random);
        return destination;
    }

    private static float[] Ramp(ImageShape shape) => [.. Enumerable.Range(0, shape.Length).Select(i => (float)i)];

    private static int At(ImageShape shape, int c, int y, int x) => (c * shape.Height + y) * shape.Width + x;

    private static void ForEach(ImageShape shape, Action<int, int, int, int> action)
    {
        for (var at = 0; at < shape.Length; at++)
            action(at / shape.PlaneLength, at % shape.PlaneLength / shape.Width, at % shape.Width, at);
    }
}
