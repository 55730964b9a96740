using NetCompiler;

namespace DigitsAot;

/// <summary>The trained network, whose weights are part of the program, and a workspace for it.</summary>
internal sealed class Classifier : IDisposable
{
    private readonly float[] _probabilities = new float[Classes];
    private readonly Session _session;

    public Classifier(int maxBatch = 1)
    {
        Network = FrozenNetwork.Load(typeof(Classifier).Assembly, "digits.safetensors");
#if CUDA
        Network.On(Device.Best);
#endif
        _session = Network.CreateSession(maxBatch);
    }

    public static int Classes => FrozenNetwork.Description.Outputs[0].Length;

    public static int Pixels => FrozenNetwork.Description.Inputs[0].Length;

    public FrozenNetwork Network { get; }

    /// <summary>The digit that a picture of 28 × 28 shows, and the probability that the network gives it.</summary>
    /// <param name="pixels">Row after row, light ink on dark ground, as in MNIST.</param>
    public (int Digit, float Confidence) Classify(ReadOnlySpan<byte> pixels)
    {
        _session.Predict(pixels, _probabilities);
        return Best(_probabilities);
    }

    /// <summary>The probabilities of all classes for any number of pictures.</summary>
    public void Predict(ReadOnlySpan<byte> pictures, Span<float> probabilities) => _session.Predict(pictures, probabilities);

    /// <summary>The class with the largest probability.</summary>
    public static (int Digit, float Confidence) Best(ReadOnlySpan<float> probabilities)
    {
        var best = 0;
        for (var i = 1; i < probabilities.Length; i++)
        {
            if (probabilities[i] > probabilities[best])
                best = i;
        }

        return (best, probabilities[best]);
    }

    public void Dispose()
    {
        _session.Dispose();
        Network.Dispose();
    }
}
