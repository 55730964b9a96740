using NetCompiler.Compiler.Stages;

namespace NetCompiler.Compiler.Cpu;

/// <summary>
/// Convolutions of 3×3 taps and stride 1 by Winograd's minimal filtering F(2×2, 3×3): tiles of the input and the weights are
/// transformed, multiplied as 16 matrix products, and transformed back, with 16 multiplications where the definition has 36
/// (Lavin and Gray, "Fast algorithms for convolutional neural networks", 2016). The gradient of the input is such a convolution too.
/// </summary>
internal sealed class Winograd(CpuTarget target) : IImplementation
{
    // Cycles for one vector of one tile: 16 loads, 32 additions, 16 stores there; 16 loads, 24 additions and the epilogue back.
    private const double InputTransformCycles = 40;
    private const double OutputTransformCycles = 48;

    /// <inheritdoc/>
    public IEnumerable<Candidate> Offer(Stage stage, StageEnvironment environment)
    {
        if (!WinogradShape.TryRead(target, stage, environment, out var shape))
            yield break;
        var channels = target.Cover(shape.Channels).Length;
        var product = WinogradShape.Elements * Math.Ceiling((double)shape.Tiles / shape.Rows) * shape.Channels
            * Enumerable.Range(0, shape.Blocks.Count).Sum(b => CpuTarget.TileCycles(shape.Rows, shape.Blocks[b].Length));
        var transforms = shape.Tiles * (channels * InputTransformCycles + shape.Blocks.Pieces.Length * OutputTransformCycles);
        yield return new Candidate(this, "winograd-2x2", product + transforms, shape);
    }

    /// <inheritdoc/>
    public KernelPlan Lower(Stage stage, Candidate candidate, StageEnvironment environment) =>
        new WinogradLowering(target, stage, environment, (WinogradShape)candidate.Schedule!).Run();
}
