using System.Diagnostics;
using System.Globalization;

namespace DigitsAot;

/// <summary>How long a prediction takes, on one thread.</summary>
internal static class Benchmark
{
    private const int Repeats = 5;
    private const double SecondsOfARepeat = 0.2;

    public static void Run()
    {
        using var classifier = new Classifier(maxBatch: 32);
        long multiplyAdds = 0;
        foreach (var layer in classifier.Network.Definition.Layers)
            multiplyAdds += layer.MultiplyAdds;
        Console.WriteLine($"vector width: {classifier.Network.VectorBits} bits");
        if (!classifier.Network.Device.IsCpu)
            Console.WriteLine($"device: {classifier.Network.Device}");
        Console.WriteLine("GFLOP/s count what direct convolutions would compute; Winograd's need less.");
        foreach (var batch in new[] { 1, 32 })
        {
            var seconds = Measure(classifier, batch);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"batch {batch}: {seconds * 1e6:F1} µs per image, {2 * multiplyAdds / seconds / 1e9:F1} GFLOP/s"));
        }
    }

    /// <summary>Seconds for a picture: of the best of a few repeats, since anything else that the machine does only adds to it.</summary>
    private static double Measure(Classifier classifier, int batch)
    {
        var pictures = new byte[batch * Classifier.Pixels];
        new Random(1).NextBytes(pictures);
        var probabilities = new float[batch * Classifier.Classes];
        var best = double.MaxValue;
        for (var repeat = 0; repeat < Repeats; repeat++)
        {
            var start = Stopwatch.GetTimestamp();
            var runs = 0;
            TimeSpan elapsed;
            do
            {
                classifier.Predict(pictures, probabilities);
                runs++;
                elapsed = Stopwatch.GetElapsedTime(start);
            }
            while (elapsed.TotalSeconds < SecondsOfARepeat);
            best = Math.Min(best, elapsed.TotalSeconds / runs / batch);
        }

        return best;
    }
}
