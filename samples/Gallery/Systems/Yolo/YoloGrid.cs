using Gallery.Data;
using NetCompiler.Detection;
using NetCompiler.Training.Data;

namespace Gallery.Systems.Yolo;

/// <summary>Between boxes and the planes of the network.</summary>
internal static class YoloGrid
{
    private const int Cells = CellYolo.Rows * CellYolo.Columns;
    private const int Planes = 5 + CellYolo.Classes;

    /// <summary>Pictures with their targets, each as it is and mirrored both ways.</summary>
    /// <param name="pictures">The pictures.</param>
    /// <param name="isMirrored">Whether mirrored copies are added.</param>
    public static InMemoryDataset Set(IReadOnlyList<DetectionSample> pictures, bool isMirrored)
    {
        const int Pixels = 3 * CellYolo.Height * CellYolo.Width;
        DetectionSample[] all = [.. pictures.SelectMany(p => isMirrored ? p.WithMirrored() : [p])];
        var (samples, targets) = (new byte[all.Length * Pixels], new float[all.Length * Planes * Cells]);
        for (var i = 0; i < all.Length; i++)
        {
            all[i].Image.ToChannelsFirst(samples.AsSpan(i * Pixels, Pixels));
            foreach (var annotated in all[i].Annotated)
                Write(annotated.Box, annotated.Class, targets.AsSpan(i * Planes * Cells, Planes * Cells));
        }
        return new InMemoryDataset(
            [SampleArray.Of(samples, [3, CellYolo.Height, CellYolo.Width])], SampleArray.Of(targets, [Planes, CellYolo.Rows, CellYolo.Columns]));
    }

    /// <summary>Writes a box to the place of its middle: that it is there, where within the place, the logarithms of its size, its class.</summary>
    internal static void Write(Box box, int kind, Span<float> target)
    {
        var (x, y) = ((box.Left + box.Right) / 2 / CellYolo.Stride, (box.Top + box.Bottom) / 2 / CellYolo.Stride);
        var (column, row) = (Math.Clamp((int)x, 0, CellYolo.Columns - 1), Math.Clamp((int)y, 0, CellYolo.Rows - 1));
        var cell = row * CellYolo.Columns + column;
        target[cell] = 1;
        target[Cells + cell] = x - column - 0.5f;
        target[2 * Cells + cell] = y - row - 0.5f;
        target[3 * Cells + cell] = (float)Math.Log(box.Width / CellYolo.Size);
        target[4 * Cells + cell] = (float)Math.Log(box.Height / CellYolo.Size);
        for (var c = 0; c < CellYolo.Classes; c++)
            target[(5 + c) * Cells + cell] = c == kind ? 1 : 0;
    }

    /// <summary>The boxes that scores stand for, those that show the same thing once.</summary>
    /// <param name="scores">The planes of one picture.</param>
    /// <param name="least">The least score.</param>
    public static IReadOnlyList<DetectedBox> Read(ReadOnlySpan<float> scores, float least = 0.02f)
    {
        var candidates = new List<DetectedBox>();
        for (var cell = 0; cell < Cells; cell++)
        {
            var there = 1 / (1 + MathF.Exp(-scores[cell]));
            if (there < least)
                continue;
            var kind = 0;
            var sum = 0f;
            for (var c = 0; c < CellYolo.Classes; c++)
            {
                if (scores[(5 + c) * Cells + cell] > scores[(5 + kind) * Cells + cell])
                    kind = c;
            }
            for (var c = 0; c < CellYolo.Classes; c++)
                sum += MathF.Exp(scores[(5 + c) * Cells + cell] - scores[(5 + kind) * Cells + cell]);
            var x = (cell % CellYolo.Columns + 0.5f + scores[Cells + cell]) * CellYolo.Stride;
            var y = (cell / CellYolo.Columns + 0.5f + scores[2 * Cells + cell]) * CellYolo.Stride;
            var width = (float)(CellYolo.Size * Math.Exp(Math.Clamp(scores[3 * Cells + cell], -4, 3)));
            var height = (float)(CellYolo.Size * Math.Exp(Math.Clamp(scores[4 * Cells + cell], -4, 3)));
            candidates.Add(new DetectedBox(Box.FromCenter(x, y, width, height), kind, there / sum));
        }
        return NonMaximumSuppression.Apply([.. candidates], overlap: 0.45f);
    }
}
