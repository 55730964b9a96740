using NetCompiler.Detection;
using NetCompiler.Imaging;

namespace Gallery.Data;

/// <summary>A picture with what is to be found in it.</summary>
/// <param name="Image">The picture, in colours.</param>
/// <param name="Boxes">Where things are, in pixels of the picture.</param>
/// <param name="Classes">What each is.</param>
internal sealed record DetectionSample(Image Image, IReadOnlyList<Box> Boxes, IReadOnlyList<int> Classes)
{
    /// <summary>Boxes in which there may be something, where they were searched.</summary>
    public IReadOnlyList<Box> Proposals { get; init; } = [];

    /// <summary>What is to be found, as it is counted.</summary>
    public LabelledBox[] Annotated => [.. Boxes.Zip(Classes, (box, kind) => new LabelledBox(box, kind))];

    /// <summary>The picture's own box.</summary>
    public Box Frame => new(0, 0, Image.Width, Image.Height);

    /// <summary>The picture as networks read it: bytes (channels, height, width).</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[Image.Channels * Image.Height * Image.Width];
        Image.ToChannelsFirst(bytes);
        return bytes;
    }

    /// <summary>The sample in another size, with its boxes and proposals.</summary>
    /// <param name="width">Pixels of a row.</param>
    /// <param name="height">Rows.</param>
    public DetectionSample Resize(int width, int height)
    {
        var (x, y) = ((float)width / Image.Width, (float)height / Image.Height);
        return new DetectionSample(Image.Resize(width, height), [.. Boxes.Select(Resized)], Classes) { Proposals = [.. Proposals.Select(Resized)] };

        Box Resized(Box box) => new(box.Left * x, box.Top * y, box.Right * x, box.Bottom * y);
    }

    /// <summary>The sample mirrored, with its boxes and proposals.</summary>
    /// <param name="across">Whether left becomes right.</param>
    /// <param name="down">Whether top becomes bottom.</param>
    public DetectionSample Mirror(bool across, bool down)
    {
        var (width, height) = (Image.Width, Image.Height);
        var image = new Image(width, height, Image.Channels);
        for (var p = 0; p < image.Pixels.Length; p++)
        {
            var (c, x, y) = (p % Image.Channels, p / Image.Channels % width, p / Image.Channels / width);
            image.Pixels[p] = Image[across ? width - 1 - x : x, down ? height - 1 - y : y, c];
        }
        return new DetectionSample(image, [.. Boxes.Select(Mirrored)], Classes) { Proposals = [.. Proposals.Select(Mirrored)] };

        Box Mirrored(Box box)
        {
            if (across)
                box = box with { Left = width - box.Right, Right = width - box.Left };
            return down ? box with { Top = height - box.Bottom, Bottom = height - box.Top } : box;
        }
    }

    /// <summary>The sample as it is, and mirrored across, down, and both ways.</summary>
    public IEnumerable<DetectionSample> WithMirrored() => [this, Mirror(true, false), Mirror(false, true), Mirror(true, true)];
}
