using System.Globalization;
using NetCompiler.Compiler.Stages;

namespace NetCompiler.Compiler.Cpu;

/// <summary>
/// Convolutions of 3×3 taps and stride 1 by Winograd's minimal filtering F(2×2, 3×3) and F(4×4, 3×3): tiles of the input and the weights
/// are transformed, multiplied as 16 or 36 matrix products, and transformed back, with 4 or 2.25 multiplications for each result where
/// the definition has 9 (Lavin and Gray, "Fast algorithms for convolutional neural networks", 2016). The gradient of the input is such a
/// convolution too; that of the weights is one whose taps are tiles of the result's gradient.
/// </summary>
internal sealed class Winograd(CpuTarget target) : IImplementation
{
    /// <summary>Rows and columns of a tile of results that algorithms are offered for.</summary>
    private static readonly int[] s_outputs = [2, 4];

    /// <inheritdoc/>
    public IEnumerable<Candidate> Offer(Stage stage, StageEnvironment environment)
    {
        foreach (var outputs in s_outputs)
        {
            if (WinogradShape.TryRead(target, stage, environment, outputs, out var shape))
                yield return new Candidate(this, Name(outputs), shape.Cycles, shape);
            else if (WeightGradientShape.TryRead(target, stage, environment, outputs, out var gradient))
                yield return new Candidate(this, Name(outputs), gradient.Cycles, gradient);
        }

        static string Name(int outputs) => string.Format(CultureInfo.InvariantCulture, "winograd-{0}x{0}", outputs);
    }

    /// <inheritdoc/>
    public KernelPlan Lower(Stage stage, Candidate candidate, StageEnvironment environment) => candidate.Schedule is WinogradShape shape
        ? new WinogradLowering(target, stage, environment, shape).Run()
        : new WeightGradientLowering(target, stage, (WeightGradientShape)candidate.Schedule!).Run();
}
