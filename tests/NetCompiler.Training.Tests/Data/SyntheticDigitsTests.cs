using System.Security.Cryptography;
using NetCompiler.Training.Data;
using NetCompiler.Training.Tests.Support;

namespace NetCompiler.Training.Tests.Data;

public sealed class SyntheticDigitsTests
{
    [Fact]
    public void The_same_seed_gives_the_same_bytes_everywhere()
    {
        // Pinned: only arithmetic that IEEE 754 fixes is used, so other machines have to agree.
        var data = SyntheticDigits.Create(200, seed: 42);
        const string Pinned = "63c4a8ad331c1fffd3ad6cdce70fb7eef2bf5c329d62a24f2604ad351b7cb717";
        Assert.Equal(Pinned, Convert.ToHexStringLower(SHA256.HashData(data.Bytes)));
    }

    [Fact]
    public void A_sample_depends_on_seed_and_index_only()
    {
        var few = SyntheticDigits.Create(20, seed: 5);
        var many = SyntheticDigits.Create(100, seed: 5);
        Assert.Equal(few.Bytes.ToArray(), many.Bytes[..few.Bytes.Length].ToArray());
        Assert.NotEqual(few.Bytes.ToArray(), SyntheticDigits.Create(20, seed: 6).Bytes.ToArray());
    }

    [Fact]
    public void All_digits_come_about_equally_often_and_look_like_ink_on_paper()
    {
        var data = SyntheticDigits.Create(2000, seed: 1);
        Assert.Equal([1, 28, 28], data.Inputs[0].Shape);
        foreach (var group in data.Labels.ToArray().GroupBy(l => l))
        {
            Assert.InRange(group.Key, 0, 9);
            Assert.InRange(group.Count(), 150, 250);
        }
        for (var i = 0; i < data.Count; i++)
        {
            var pixels = data.Bytes.Slice(i * 784, 784).ToArray();
            // MNIST's digits cover 4 to 45 % of the picture.
            Assert.InRange(pixels.Count(p => p > 127), 20, 350);
            Assert.True(pixels.Max() > 180, $"digit {i} is faint");
        }
    }

    [Fact]
    public void Even_a_single_dense_layer_learns_them()
    {
        var train = Flat(SyntheticDigits.Create(1500, seed: 1));
        var test = Flat(SyntheticDigits.Create(500, seed: 2));
        using var network = new TinyNetwork(inputs: 784, outputs: 10, type: ElementType.UInt8);
        network.Fit(train, new Adam(5e-3f), epochs: 3, new FitOptions { Threads = 2 });
        Assert.InRange(network.Evaluate(test, threads: 2).Accuracy, 0.6, 1);
    }

    private static InMemoryDataset Flat(InMemoryDataset data) =>
        InMemoryDataset.FromBytes(data.Bytes.ToArray(), [784], data.Labels.ToArray());
}
