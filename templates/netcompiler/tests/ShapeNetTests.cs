using NetCompiler.Testing;
using NetCompiler.Training;

public class ShapeNetTests
{
    /// <summary>The network's layers are those of ShapeNetTests.Layers.verified.txt; where they change on purpose, so does that file.</summary>
    [Fact]
    public void Layers() => Snapshot.Verify(ShapeNet.Summary);

    [Fact]
    public void TheNetworkCompiles()
    {
        var generation = Generation.Run(GenerationOptions.DesignTime, Source());

        Assert.Empty(generation.Diagnostics);
        Assert.Empty(generation.Problems);
    }

    [Fact]
    public void AWindowThatDoesNotFitIsACompileError()
    {
        var generation = Generation.Run(GenerationOptions.DesignTime, Source().Replace("Conv(16, 3)", "Conv(16, 9)"));

        Assert.Equal("NC0101", Assert.Single(generation.Diagnostics).Id);
    }

    [Fact]
    public void TrainingLearnsTheShapes()
    {
        using var net = new ShapeNet(seed: 1);

        net.Fit(Shapes.Draw(6000, seed: 1), new Adam(5e-3f), epochs: 6);

        Assert.InRange(net.Evaluate(Shapes.Draw(500, seed: 3)).Accuracy, 0.95, 1);
    }

    private static string Source() => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "ShapeNet.cs"));
}
