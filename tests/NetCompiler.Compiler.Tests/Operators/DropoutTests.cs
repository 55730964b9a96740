using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Tests.Reference;

namespace NetCompiler.Compiler.Tests.Operators;

/// <summary>The random numbers of dropout.</summary>
public sealed class DropoutTests
{
    private static double[] Masks(double rate, int stream, uint seed)
    {
        var type = TensorType.Float(Dimension.Batch, 1000);
        var ones = new ReferenceTensor([20, 1000], [.. Enumerable.Repeat(1.0, 20_000)]);
        var attributes = Attributes.Empty.With("rate", rate).With("stream", stream);
        return ReferenceEvaluator.Apply(Dropout.Instance, attributes, [type], [ones], batch: 20, seed)[0].Data;
    }

    // The 24 bits of the number, from an implementation of the documented hash in another language.
    [Theory]
    [InlineData(0u, 0u, 0u, 0)]
    [InlineData(1u, 0u, 0u, 130277)]
    [InlineData(12345u, 3u, 7u, 10391482)]
    [InlineData(4000000000u, 9u, 4294967295u, 7161187)]
    public void TheHashIsTheDocumentedOne(uint counter, uint stream, uint seed, int bits) =>
        Assert.Equal(bits, ReferenceEvaluator.Random(counter, stream, seed) * (1 << 24));

    [Theory]
    [InlineData(0.25)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void AShareOfTheElementsIsDroppedAndTheMeanIsKept(double rate)
    {
        var masks = Masks(rate, stream: 2, seed: 11);
        Assert.Equal(rate, masks.Count(m => m == 0) / (double)masks.Length, 0.02);
        Assert.All(masks, m => Assert.True(m == 0 || Math.Abs(m - 1 / (1 - rate)) < 1e-12));
    }

    [Fact]
    public void StreamsAndSeedsDiffer()
    {
        var masks = Masks(0.5, stream: 2, seed: 11);
        Assert.Equal(masks, Masks(0.5, stream: 2, seed: 11));
        foreach (var other in new[] { Masks(0.5, stream: 3, seed: 11), Masks(0.5, stream: 2, seed: 12) })
            Assert.Equal(0.5, masks.Zip(other).Count(p => p.First != p.Second) / (double)masks.Length, 0.02);
        // Samples of a batch draw different numbers.
        Assert.NotEqual(masks.Take(1000), masks.Skip(1000).Take(1000));
    }
}
