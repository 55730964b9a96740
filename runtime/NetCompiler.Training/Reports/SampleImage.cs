using NetCompiler.Imaging;
using NetCompiler.Training.Data;

namespace NetCompiler.Training.Reports;

/// <summary>Shows a data set's samples.</summary>
public static class SampleImage
{
    /// <summary>Whether samples are pictures: (channels, height, width) with 1 channel (grey) or 3 (red, green, blue).</summary>
    /// <param name="shape">The extents of a sample.</param>
    public static bool IsPicture(IReadOnlyList<int> shape) => shape is [1 or 3, _, _];

    /// <summary>A sample as an image. Floats are spread from the smallest, black, to the largest.</summary>
    /// <param name="data">The data set.</param>
    /// <param name="index">Which sample.</param>
    /// <exception cref="ArgumentException">The samples are no pictures.</exception>
    public static Image Create(IDataset data, int index)
    {
        ArgumentNullException.ThrowIfNull(data);
        var picture = data.Inputs[0];
        if (!IsPicture(picture.Shape))
        {
            throw new ArgumentException(
                $"Pictures: expected samples of (1 or 3, height, width), found ({string.Join(", ", picture.Shape)}).", nameof(data));
        }
        var (channels, height, width) = (picture.Shape[0], picture.Shape[1], picture.Shape[2]);
        var bytes = new byte[channels * height * width];
        if (picture.Type == ElementType.UInt8)
        {
            data.CopyInputs<byte>([index], bytes);
        }
        else
        {
            var floats = new float[bytes.Length];
            data.CopyInputs<float>([index], floats);
            var (low, high) = (floats.Min(), floats.Max());
            for (var i = 0; i < bytes.Length; i++)
                bytes[i] = high > low ? (byte)Math.Round((floats[i] - low) / (high - low) * 255) : (byte)0;
        }
        return Image.FromChannelsFirst(bytes, channels, height, width);
    }
}
