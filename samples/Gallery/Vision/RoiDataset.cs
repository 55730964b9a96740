using Gallery.Data;
using NetCompiler;
using NetCompiler.Detection;
using NetCompiler.Runtime;

namespace Gallery.Vision;

/// <summary>
/// What detectors learn from that cut regions out of a picture's features: each picture as it is and mirrored, with regions, and anchors
/// where there are any, that are drawn anew each time.
/// </summary>
/// <param name="regions">Regions of a picture.</param>
/// <param name="propose">The regions to draw from.</param>
internal sealed class RoiDataset(int regions, Func<DetectionSample, IReadOnlyList<Box>> propose)
{
    /// <summary>The anchors, how many are drawn of a picture, and their number at each place of a map; null for none.</summary>
    public (Anchors Anchors, int Drawn, int[] Map)? Anchors { get; init; }

    /// <summary>Draws samples: a picture and boxes, with what the boxes show and by how much they are off, and the same of anchors.</summary>
    /// <param name="pictures">The pictures, of one size.</param>
    /// <param name="random">Decides on all that is drawn.</param>
    public DrawnDataset Of(IReadOnlyList<DetectionSample> pictures, RandomStream random)
    {
        DetectionSample[] all = [.. pictures.SelectMany(p => p.WithMirrored())];
        var image = all[0].Image;
        List<TensorInfo> targets = [new("labels", ElementType.Float32, [regions]), new("offsets", ElementType.Float32, [regions, 4])];
        if (Anchors is var (_, _, map))
        {
            targets.Add(new("anchors", ElementType.Float32, map));
            targets.Add(new("anchor offsets", ElementType.Float32, [4 * map[0], .. map[1..]]));
        }
        return new DrawnDataset(
            all.Length,
            [new("picture", ElementType.UInt8, [3, image.Height, image.Width]), new("boxes", ElementType.Float32, [regions, 4])],
            targets,
            (index, batch, place) =>
            {
                var picture = all[index];
                picture.Image.ToChannelsFirst(batch.InputAt<byte>(0, place));
                RegionTargets.Write(
                    propose(picture), picture.Annotated, ref random,
                    batch.InputAt<float>(1, place), batch.TargetAt<float>(0, place), batch.TargetAt<float>(1, place));
                if (Anchors is var (anchors, drawn, _))
                    anchors.WriteTargets(picture.Boxes, drawn, ref random, batch.TargetAt<float>(2, place), batch.TargetAt<float>(3, place));
            });
    }
}
