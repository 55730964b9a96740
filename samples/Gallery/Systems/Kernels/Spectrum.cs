using System.Numerics;
using Gallery.Pictures;
using MathNet.Numerics.IntegralTransforms;

namespace Gallery.Systems.Kernels;

/// <summary>What frequencies a picture consists of, by the fast Fourier transform of Math.NET.</summary>
internal sealed class Spectrum
{
    private readonly Complex[] _values;

    private Spectrum(Complex[] values, int size) => (_values, Size) = (values, size);

    /// <summary>Rows and columns.</summary>
    public int Size { get; }

    /// <summary>Transforms a plane, with zeros around it up to a size.</summary>
    /// <param name="plane">Rows of <paramref name="width"/> numbers.</param>
    /// <param name="width">Numbers of a row.</param>
    /// <param name="size">Rows and columns of the transform.</param>
    public static Spectrum Of(ReadOnlySpan<float> plane, int width, int size)
    {
        var values = new Complex[size * size];
        for (var i = 0; i < plane.Length; i++)
            values[i / width * size + i % width] = plane[i];
        Transform(values, size, line => Fourier.Forward(line, FourierOptions.AsymmetricScaling));
        return new Spectrum(values, size);
    }

    /// <summary>The plane whose spectrum is the product of the two, back in space: the circular convolution.</summary>
    /// <param name="other">Another spectrum of the same size.</param>
    public double[] ConvolvedWith(Spectrum other)
    {
        var product = new Complex[_values.Length];
        for (var i = 0; i < product.Length; i++)
            product[i] = _values[i] * other._values[i];
        Transform(product, Size, line => Fourier.Inverse(line, FourierOptions.AsymmetricScaling));
        return [.. product.Select(v => v.Real)];
    }

    /// <summary>The energy at each distance from frequency 0, in bands of one cycle a picture up to half a cycle a pixel.</summary>
    public double[] Bands()
    {
        var bands = new double[Size / 2];
        for (var i = 0; i < _values.Length; i++)
        {
            var (fy, fx) = (Centered(i / Size), Centered(i % Size));
            var band = (int)Math.Round(Math.Sqrt((double)fx * fx + (double)fy * fy));
            if (band < bands.Length)
                bands[band] += _values[i].Magnitude * _values[i].Magnitude;
        }
        return bands;
    }

    /// <summary>The logarithms of the magnitudes, frequency 0 in the middle.</summary>
    public Planes ToPlanes()
    {
        var plane = new float[_values.Length];
        for (var i = 0; i < plane.Length; i++)
        {
            var (y, x) = ((i / Size + Size / 2) % Size, (i % Size + Size / 2) % Size);
            plane[y * Size + x] = (float)Math.Log(1e-2 + _values[i].Magnitude);
        }
        return new Planes(plane, 1, Size, Size);
    }

    /// <summary>The rows, then the columns.</summary>
    private static void Transform(Complex[] values, int size, Action<Complex[]> transform)
    {
        var line = new Complex[size];
        foreach (var (step, stride) in new[] { (1, size), (size, 1) })
        {
            for (var i = 0; i < size; i++)
            {
                for (var j = 0; j < size; j++)
                    line[j] = values[i * stride + j * step];
                transform(line);
                for (var j = 0; j < size; j++)
                    values[i * stride + j * step] = line[j];
            }
        }
    }

    private int Centered(int frequency) => frequency < Size / 2 ? frequency : frequency - Size;
}
