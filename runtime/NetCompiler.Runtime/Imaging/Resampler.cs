namespace NetCompiler.Imaging;

/// <summary>
/// Changes the size of pictures as Pillow does (libImaging/Resample.c): a triangle filter that grows with the pixels that fall into
/// one, rows first, then columns, in fixed point.
/// </summary>
internal static class Resampler
{
    private const int Precision = 22;

    /// <summary>A picture in another size.</summary>
    public static Image Resize(Image image, int width, int height)
    {
        if (width == image.Width && height == image.Height)
            return new Image(width, height, image.Channels, image.Pixels.ToArray());
        // Colours of transparent pixels must not shine through.
        var source = image.HasAlpha ? Premultiply(image) : image;
        if (width != source.Width)
            source = ResizeRows(source, width);
        if (height != source.Height)
            source = ResizeColumns(source, height);
        return image.HasAlpha ? Unpremultiply(source) : source;
    }

    private static Image ResizeRows(Image source, int width)
    {
        var channels = source.Channels;
        var result = new Image(width, source.Height, channels);
        var taps = new Taps(source.Width, width);
        for (var y = 0; y < source.Height; y++)
        {
            var from = source.Row(y);
            var to = result.Row(y);
            for (var x = 0; x < width; x++)
            {
                var weights = taps.Weights(x);
                var first = taps.First(x) * channels;
                for (var c = 0; c < channels; c++)
                {
                    var sum = 1 << (Precision - 1);
                    for (int i = 0, at = first + c; i < weights.Length; i++, at += channels)
                        sum += from[at] * weights[i];
                    to[x * channels + c] = Clip(sum);
                }
            }
        }

        return result;
    }

    private static Image ResizeColumns(Image source, int height)
    {
        var result = new Image(source.Width, height, source.Channels);
        var taps = new Taps(source.Height, height);
        var stride = source.Width * source.Channels;
        var pixels = source.Pixels;
        for (var y = 0; y < height; y++)
        {
            var weights = taps.Weights(y);
            var first = taps.First(y) * stride;
            var to = result.Row(y);
            for (var x = 0; x < stride; x++)
            {
                var sum = 1 << (Precision - 1);
                for (int i = 0, at = first + x; i < weights.Length; i++, at += stride)
                    sum += pixels[at] * weights[i];
                to[x] = Clip(sum);
            }
        }

        return result;
    }

    private static Image Premultiply(Image image)
    {
        var result = new Image(image.Width, image.Height, image.Channels, image.Pixels.ToArray());
        var pixels = result.Pixels;
        var colors = image.Channels - 1;
        for (var i = 0; i < pixels.Length; i += image.Channels)
        {
            for (var c = i; c < i + colors; c++)
            {
                var product = pixels[c] * pixels[i + colors] + 128;
                pixels[c] = (byte)(((product >> 8) + product) >> 8);
            }
        }

        return result;
    }

    private static Image Unpremultiply(Image image)
    {
        var pixels = image.Pixels;
        var colors = image.Channels - 1;
        for (var i = 0; i < pixels.Length; i += image.Channels)
        {
            var alpha = pixels[i + colors];
            if (alpha is 0 or 255)
                continue;
            for (var c = i; c < i + colors; c++)
                pixels[c] = (byte)Math.Min(255, pixels[c] * 255 / alpha);
        }

        return image;
    }

    private static byte Clip(int sum) => (byte)Math.Clamp(sum >> Precision, 0, 255);

    /// <summary>The weights with which each new pixel of an axis is made of the old ones.</summary>
    private readonly struct Taps
    {
        private readonly int[] _first;
        private readonly int[] _count;
        private readonly int[] _weights;
        private readonly int _most;

        public Taps(int from, int to)
        {
            var scale = (double)from / to;
            var support = Math.Max(scale, 1);
            _most = Math.Min((int)Math.Ceiling(support) * 2 + 1, from);
            _first = new int[to];
            _count = new int[to];
            _weights = new int[checked(to * _most)];
            var row = new double[_most];
            for (var x = 0; x < to; x++)
            {
                var center = (x + 0.5) * scale;
                var first = Math.Max((int)(center - support + 0.5), 0);
                var count = Math.Min((int)(center + support + 0.5), from) - first;
                var sum = 0.0;
                for (var i = 0; i < count; i++)
                    sum += row[i] = Math.Max(0, 1 - Math.Abs((first + i - center + 0.5) * (1 / support)));
                for (var i = 0; i < count; i++)
                    _weights[x * _most + i] = (int)(0.5 + (sum == 0 ? row[i] : row[i] / sum) * (1 << Precision));
                _first[x] = first;
                _count[x] = count;
            }
        }

        public int First(int x) => _first[x];

        public ReadOnlySpan<int> Weights(int x) => _weights.AsSpan(x * _most, _count[x]);
    }
}
