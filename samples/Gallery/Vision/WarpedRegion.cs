using Gallery.Data;
using NetCompiler;
using NetCompiler.Detection;
using NetCompiler.Imaging;
using NetCompiler.Runtime;

namespace Gallery.Vision;

/// <summary>Regions of pictures and a little around them, in one size whatever their own (Girshick et al., 2014).</summary>
internal static class WarpedRegion
{
    /// <summary>Regions as planes (channels, size, size), one after the other.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="regions">The regions.</param>
    /// <param name="size">Pixels each way.</param>
    public static byte[] Of(Image image, IReadOnlyList<Box> regions, int size)
    {
        var length = image.Channels * size * size;
        var planes = new byte[regions.Count * length];
        for (var r = 0; r < regions.Count; r++)
            Of(image, regions[r], size).ToChannelsFirst(planes.AsSpan(r * length, length));
        return planes;
    }

    /// <summary>
    /// Warped regions with labels: half of them show nothing and have label 0, the others each kind alike often; some are mirrored.
    /// </summary>
    /// <param name="samples">Pictures with proposals, to which the annotated boxes are added.</param>
    /// <param name="size">Pixels each way.</param>
    /// <param name="count">Regions of an epoch.</param>
    /// <param name="kinds">How many kinds there are.</param>
    /// <param name="seed">Decides on what is drawn.</param>
    public static DrawnDataset Draw(IReadOnlyList<DetectionSample> samples, int size, int count, int kinds, ulong seed)
    {
        var byLabel = samples
            .SelectMany(s => s.Boxes.Concat(s.Proposals).Select(region => (s.Image, Region: region, Label: Label(s, region))))
            .ToLookup(r => r.Label);
        var choices = Enumerable.Range(0, kinds + 1).Select(label => byLabel[label].ToArray()).ToArray();
        var random = new RandomStream(seed, "regions");
        return new DrawnDataset(
            count,
            [new TensorInfo("region", ElementType.UInt8, [3, size, size])],
            [new TensorInfo("label", ElementType.Int32, [])],
            (_, batch, place) =>
            {
                var kind = random.NextDouble() < 0.5 ? 0 : 1 + (int)(random.NextDouble() * kinds);
                var from = choices[choices[kind].Length > 0 ? kind : 0];
                var (image, region, label) = from[(int)(random.NextDouble() * from.Length)];
                var (across, down) = (random.NextDouble() < 0.5, random.NextDouble() < 0.5);
                new DetectionSample(Of(image, region, size), [], []).Mirror(across, down).Image.ToChannelsFirst(batch.InputAt<byte>(0, place));
                batch.TargetAt<int>(0, place)[0] = label;
            });
    }

    private static int Label(DetectionSample sample, Box region) =>
        BoxMatch.Of(region, sample.Boxes) is { Overlap: >= RegionTargets.Shown } match ? sample.Classes[match.Index] + 1 : 0;

    private static Image Of(Image image, Box region, int size)
    {
        const float Around = 0.15f;
        var left = Math.Clamp((int)(region.Left - Around * region.Width), 0, image.Width - 1);
        var top = Math.Clamp((int)(region.Top - Around * region.Height), 0, image.Height - 1);
        var right = Math.Clamp((int)Math.Ceiling(region.Right + Around * region.Width), left + 1, image.Width);
        var bottom = Math.Clamp((int)Math.Ceiling(region.Bottom + Around * region.Height), top + 1, image.Height);
        return image.Crop(left, top, right - left, bottom - top).Resize(size, size);
    }
}
