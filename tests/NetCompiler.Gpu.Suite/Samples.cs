using NetCompiler.Training.Data;

namespace NetCompiler.Gpu;

/// <summary>What a network is run with: numbers and labels drawn at random, the same for everybody.</summary>
internal sealed class Samples
{
    public Samples(Network network, int batch)
    {
        var random = new Random(batch);
        var info = network.Definition.Inputs[0];
        (Batch, Shape, Outputs) = (batch, [.. info.Shape], network.Definition.Outputs[0].Length);
        Inputs = new float[batch * info.Length];
        for (var i = 0; i < Inputs.Length; i++)
            Inputs[i] = (float)(random.NextDouble() * 2 - 1);
        Labels = new int[batch];
        for (var i = 0; i < batch; i++)
            Labels[i] = random.Next(Outputs);
    }

    public int Batch { get; }

    public int[] Shape { get; }

    /// <summary>Results of a sample.</summary>
    public int Outputs { get; }

    public float[] Inputs { get; }

    public int[] Labels { get; }

    public IDataset ToDataset() => InMemoryDataset.FromFloats(Inputs, Shape, Labels);
}
