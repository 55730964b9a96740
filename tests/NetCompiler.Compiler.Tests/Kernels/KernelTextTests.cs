using NetCompiler.Compiler.Kernels;

namespace NetCompiler.Compiler.Tests.Kernels;

public class KernelTextTests
{
    [Fact]
    public void Tile() => Snapshot.Verify(KernelText.Write(SampleKernels.Tile(2, 2, 8)));

    [Fact]
    public void EveryStatement() => Snapshot.Verify(KernelText.Write(SampleKernels.EveryStatement()));

    [Fact]
    public void Neighbours() => Snapshot.Verify(KernelText.Write(SampleKernels.Neighbours()));

    [Fact]
    public void KeysIgnoreNamesAndRemarks()
    {
        var a = SampleKernels.Tile(2, 2, 8);
        var names = KernelWalk.Names(a).ToDictionary(n => n, n => n);
        var renamed = new Kernel(
            "Other",
            [.. a.Parameters.Select(p => p with { Variable = p.Variable with { Name = p.Variable.Name + "0" }, Description = "other" })],
            new Renaming(KernelWalk.AllExpressions(a.Body).OfType<Variable>().Distinct()
                .ToDictionary(v => v.Name, v => v with { Name = names[v.Name] + "0" })).Rewrite(a.Body),
            "other");
        Assert.NotEqual(KernelText.Write(a), KernelText.Write(renamed));
        Assert.Equal(a.Key, renamed.Key);
    }

    [Fact]
    public void KeysDifferWhereKernelsDo()
    {
        var keys = new[]
        {
            SampleKernels.Tile(2, 2, 8), SampleKernels.Tile(2, 2, 4), SampleKernels.Tile(2, 1, 8), SampleKernels.Tile(2, 2, 8, channels: 5),
            SampleKernels.Doubled(), SampleKernels.EveryStatement(), SampleKernels.Neighbours(), SampleKernels.Neighbours(shift: 1),
        }.Select(kernel => kernel.Key);
        Assert.Equal(8, keys.Distinct().Count());
    }

    [Theory]
    [InlineData(0.1f, "0.1")]
    [InlineData(1f / 3, "0.33333334")]
    [InlineData(float.MaxValue, "3.4028235E+38")]
    [InlineData(float.Epsilon, "1.4013E-45")]
    [InlineData(-0f, "-0")]
    [InlineData(16777216f, "16777216")]
    public void NumbersReadBackAsTheSame(float value, string text)
    {
        Assert.Equal(text, NumberText.Single(value));
        Assert.Equal(value, float.Parse(text, System.Globalization.CultureInfo.InvariantCulture));
    }
}
