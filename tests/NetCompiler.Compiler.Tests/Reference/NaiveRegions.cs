using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;

namespace NetCompiler.Compiler.Tests.Reference;

/// <summary>Region pooling and alignment as loops, written down from torchvision's documentation and kernels; they know no operator.</summary>
public static class NaiveRegions
{
    /// <summary>An image: batch, channels, height, width.</summary>
    public sealed record Map(int Batch, int Channels, int Height, int Width)
    {
        public int Offset(int n, int c, int y, int x) => ((n * Channels + c) * Height + y) * Width + x;
    }

    /// <summary>ops.roi_pool of boxes (N, R, 4), and what reaches the image where <paramref name="gradient"/> comes to its result.</summary>
    public static (double[] Result, double[] Gradient) Pool(
        Map map, double[] image, double[] boxes, int bins, int columns, double scale, double[] gradient)
    {
        var regions = boxes.Length / 4 / map.Batch;
        var (result, sent) = (new List<double>(), new double[image.Length]);
        for (var n = 0; n < map.Batch; n++)
            for (var r = 0; r < regions; r++)
            {
                var box = boxes.Skip((n * regions + r) * 4).Take(4).Select(v => (int)Math.Round(v * scale, MidpointRounding.AwayFromZero)).ToArray();
                var (width, height) = (Math.Max(box[2] - box[0] + 1, 1), Math.Max(box[3] - box[1] + 1, 1));
                for (var c = 0; c < map.Channels; c++)
                    for (var i = 0; i < bins; i++)
                        for (var j = 0; j < columns; j++)
                        {
                            var (top, bottom) = Bounds(box[1], height, bins, i, map.Height);
                            var (left, right) = Bounds(box[0], width, columns, j, map.Width);
                            var (largest, at) = (0.0, -1);
                            for (var y = top; y < bottom; y++)
                                for (var x = left; x < right; x++)
                                {
                                    var offset = map.Offset(n, c, y, x);
                                    if (at < 0 || image[offset] > largest)
                                        (largest, at) = (image[offset], offset);
                                }

                            if (at >= 0)
                                sent[at] += gradient[result.Count];
                            result.Add(largest);
                        }
            }

        return ([.. result], sent);

        static (int From, int To) Bounds(int start, int length, int count, int bin, int extent)
        {
            // Whole numbers, so that nothing is rounded.
            var from = start + bin * length / count;
            var to = start + ((bin + 1) * length + count - 1) / count;
            return (Math.Clamp(from, 0, extent), Math.Clamp(to, 0, extent));
        }
    }

    /// <summary>ops.roi_align of boxes (N, R, 4), and what reaches the image where <paramref name="gradient"/> comes to its result.</summary>
    public static (double[] Result, double[] Gradient) Align(
        Map map, double[] image, double[] boxes, int bins, int columns, double scale, int samples, bool aligned, double[] gradient)
    {
        var regions = boxes.Length / 4 / map.Batch;
        var (result, sent) = (new List<double>(), new double[image.Length]);
        for (var n = 0; n < map.Batch; n++)
            for (var r = 0; r < regions; r++)
            {
                var box = boxes.Skip((n * regions + r) * 4).Take(4).Select(v => v * scale - (aligned ? 0.5 : 0)).ToArray();
                var (width, height) = (box[2] - box[0], box[3] - box[1]);
                if (!aligned)
                    (width, height) = (Math.Max(width, 1), Math.Max(height, 1));
                for (var c = 0; c < map.Channels; c++)
                    for (var i = 0; i < bins; i++)
                        for (var j = 0; j < columns; j++)
                        {
                            var sum = 0.0;
                            for (var iy = 0; iy < samples; iy++)
                                for (var ix = 0; ix < samples; ix++)
                                {
                                    var y = box[1] + i * height / bins + (iy + 0.5) * height / bins / samples;
                                    var x = box[0] + j * width / columns + (ix + 0.5) * width / columns / samples;
                                    foreach (var (offset, weight) in Bilinear(map, n, c, y, x))
                                    {
                                        sum += weight * image[offset];
                                        sent[offset] += weight * gradient[result.Count] / (samples * samples);
                                    }
                                }

                            result.Add(sum / (samples * samples));
                        }
            }

        return ([.. result], sent);
    }

    /// <summary>Where the samples of bins lie along an axis, by the attributes of the operator that computes them.</summary>
    public static IEnumerable<double> Coordinates(Attributes attributes, double[] boxes)
    {
        var (bins, samples, scale) = (attributes.Int("bins"), attributes.Int("samples"), attributes.Double("scale"));
        var (axis, aligned) = (attributes.Bool("horizontal", false) ? 0 : 1, attributes.Bool("aligned", false));
        for (var box = 0; box < boxes.Length; box += 4)
        {
            var (start, end) = (boxes[box + axis] * scale - (aligned ? 0.5 : 0), boxes[box + axis + 2] * scale - (aligned ? 0.5 : 0));
            var length = aligned ? end - start : Math.Max(end - start, 1);
            for (var i = 0; i < bins * samples; i++)
                yield return start + (i + 0.5) * length / (bins * samples);
        }
    }

    /// <summary>The pixels of the bins that rows (from, to) and columns (from, to) name, the inputs behind the image.</summary>
    public static IEnumerable<(int Sample, IEnumerable<(int Row, int Column)> Pixels)> Bins(ImmutableArray<ReferenceTensor> inputs)
    {
        var (regions, bins, columns) = (inputs[1].Shape[1], inputs[1].Shape[2], inputs[3].Shape[2]);
        for (var n = 0; n < inputs[0].Shape[0]; n++)
            for (var r = 0; r < regions; r++)
                for (var i = 0; i < bins; i++)
                    for (var j = 0; j < columns; j++)
                    {
                        var rows = Range(1, (n * regions + r) * bins + i);
                        var across = Range(3, (n * regions + r) * columns + j);
                        yield return (n, rows.SelectMany(row => across.Select(column => (row, column))));
                    }

        IEnumerable<int> Range(int input, int at)
        {
            var (from, to) = ((int)inputs[input].Data[at], (int)inputs[input + 1].Data[at]);
            return Enumerable.Range(from, Math.Max(0, to - from));
        }
    }

    private static IEnumerable<(int Offset, double Weight)> Bilinear(Map map, int n, int c, double y, double x)
    {
        if (y < -1 || y > map.Height || x < -1 || x > map.Width)
            yield break;
        var (top, bottom, down) = Around(y, map.Height);
        var (left, right, across) = Around(x, map.Width);
        yield return (map.Offset(n, c, top, left), (1 - down) * (1 - across));
        yield return (map.Offset(n, c, top, right), (1 - down) * across);
        yield return (map.Offset(n, c, bottom, left), down * (1 - across));
        yield return (map.Offset(n, c, bottom, right), down * across);

        static (int Low, int High, double Fraction) Around(double place, int extent)
        {
            place = Math.Max(place, 0);
            var low = (int)place;
            return low >= extent - 1 ? (extent - 1, extent - 1, 0) : (low, low + 1, place - low);
        }
    }
}
