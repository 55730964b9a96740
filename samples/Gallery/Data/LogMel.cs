using System.Numerics;
using MathNet.Numerics.IntegralTransforms;

namespace Gallery.Data;

/// <summary>
/// Spectrograms as ears have them: the energy of short frames in bands that are equally far on the mel scale (Stevens, Volkmann, Newman,
/// 1937; mel = 2595 log₁₀(1 + f/700)), as logarithms, from silence up to 1.
/// </summary>
internal static class LogMel
{
    /// <summary>Bands.</summary>
    public const int Bands = 40;

    /// <summary>Frames; longer sound is cut off, shorter is followed by silence.</summary>
    public const int Frames = 64;

    private const int FrameLength = 512;
    private const double Lowest = 60;
    private const double Highest = 8_000;

    /// <summary>The spectrogram of a sound.</summary>
    /// <param name="sound">The sound.</param>
    /// <param name="shift">Frames of silence in front of it.</param>
    /// <returns>(bands, frames), the lowest band first.</returns>
    public static float[] Of(WaveFile sound, int shift = 0)
    {
        var hop = sound.Rate * 12 / 1000;
        var filters = Filters(sound.Rate);
        var result = new float[Bands * Frames];
        var frame = new Complex[FrameLength];
        var (largest, energies) = (1e-9, new double[Bands * Frames]);
        for (var t = 0; t < Frames; t++)
        {
            for (var i = 0; i < FrameLength; i++)
            {
                var at = (t - shift) * hop + i;
                var window = 0.5 - 0.5 * Math.Cos(2 * Math.PI * i / FrameLength);
                frame[i] = at >= 0 && at < sound.Samples.Length ? sound.Samples[at] * window : 0;
            }
            Fourier.Forward(frame, FourierOptions.NoScaling);
            for (var band = 0; band < Bands; band++)
            {
                var energy = 0.0;
                foreach (var (bin, weight) in filters[band])
                    energy += weight * (frame[bin].Real * frame[bin].Real + frame[bin].Imaginary * frame[bin].Imaginary);
                energies[band * Frames + t] = energy;
                largest = Math.Max(largest, energy);
            }
        }
        // The loudest is 1, a millionth of its energy and less is 0.
        for (var i = 0; i < result.Length; i++)
            result[i] = (float)Math.Max(0, 1 + Math.Log10(energies[i] / largest + 1e-12) / 6);
        return result;
    }

    /// <summary>Triangles over the bins of a transform, each from the middle of the band before to that of the next.</summary>
    private static List<(int Bin, double Weight)>[] Filters(int rate)
    {
        var edges = Enumerable.Range(0, Bands + 2).Select(i => Hertz(Mel(Lowest) + (Mel(Highest) - Mel(Lowest)) * i / (Bands + 1))).ToArray();
        var filters = new List<(int, double)>[Bands];
        for (var band = 0; band < Bands; band++)
        {
            filters[band] = [];
            for (var bin = 1; bin < FrameLength / 2; bin++)
            {
                var hertz = (double)bin * rate / FrameLength;
                var weight = Math.Min((hertz - edges[band]) / (edges[band + 1] - edges[band]), (edges[band + 2] - hertz) / (edges[band + 2] - edges[band + 1]));
                if (weight > 0)
                    filters[band].Add((bin, weight));
            }
            // Low bands are narrower than a bin.
            if (filters[band].Count == 0)
                filters[band].Add(((int)Math.Round(edges[band + 1] * FrameLength / rate), 1));
        }
        return filters;

        static double Mel(double hertz) => 2595 * Math.Log10(1 + hertz / 700);

        static double Hertz(double mel) => 700 * (Math.Pow(10, mel / 2595) - 1);
    }
}
