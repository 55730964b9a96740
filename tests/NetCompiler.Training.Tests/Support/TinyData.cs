using NetCompiler.Runtime;
using NetCompiler.Training.Data;

namespace NetCompiler.Training.Tests.Support;

/// <summary>Small problems that a dense layer can solve: every class has its own middle.</summary>
internal static class TinyData
{
    public static InMemoryDataset Labelled(int count, ulong seed, int inputs = 6, int classes = 3)
    {
        var random = new RandomStream(seed);
        var samples = new float[count * inputs];
        var labels = new int[count];
        for (var n = 0; n < count; n++)
        {
            labels[n] = random.NextInt32(classes);
            for (var i = 0; i < inputs; i++)
                samples[n * inputs + i] = (float)(0.5 * random.NextNormal() + (i % classes == labels[n] ? 1 : 0));
        }
        return InMemoryDataset.FromFloats(samples, [inputs], labels);
    }

    public static InMemoryDataset Bytes(int count, ulong seed)
    {
        var floats = Labelled(count, seed);
        var bytes = Array.ConvertAll(floats.Floats.ToArray(), f => (byte)Math.Clamp(100 + 60 * f, 0, 255));
        return InMemoryDataset.FromBytes(bytes, [6], floats.Labels.ToArray());
    }

    /// <summary>Targets are 0 or 1 for each of three answers.</summary>
    public static InMemoryDataset YesNo(int count, ulong seed)
    {
        var labelled = Labelled(count, seed);
        var targets = new float[count * 3];
        for (var n = 0; n < count; n++)
            targets[n * 3 + labelled.Labels[n]] = 1;
        return InMemoryDataset.FromFloats(labelled.Floats.ToArray(), [6], targets, [3]);
    }
}
