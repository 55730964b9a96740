using System.Globalization;
using NetCompiler.Compiler.Stages;

namespace NetCompiler.Compiler.Cpu;

/// <summary>
/// Convolutions of 3×3 taps by Winograd's minimal filtering F(2×2, 3×3) and F(4×4, 3×3): tiles of the input and the weights are transformed,
/// multiplied as 16 or 36 matrix products, and transformed back, with 4 or 2.25 multiplications for each result where the definition has 9
/// (Lavin and Gray, "Fast algorithms for convolutional neural networks", 2016); with stride 2 F(2×2) has 25 products, and 6.25 multiplications
/// for a result. More taps with a stride, as first layers have them, are 3 or 4 taps over the image's phases (<see cref="PhaseImage"/>): 7×7 with
/// stride 2 is F(4×4, 4×4) over four of them, 12.25 multiplications for a result instead of 49. With stride 1 the gradient of the input is such a
/// convolution too; that of the weights is one whose taps are tiles of the result's gradient.
/// </summary>
internal sealed class Winograd(CpuTarget target) : IImplementation
{
    /// <summary>The largest estimated error, as a part of the largest result, with which an algorithm is offered.</summary>
    public const double Tolerance = 2e-5;

    // Half of the distance from 1 to the next number in single precision.
    private const double UnitRoundoff = 1.0 / (1 << 24);

    /// <summary>
    /// What the largest error of an algorithm is estimated to be, as a part of the largest result: the rounding of one product, times what
    /// the transforms make of it, times the root of the products that are added up. Measured errors lie between a seventh and a half of it.
    /// </summary>
    /// <param name="algorithm">The algorithm.</param>
    /// <param name="terms">Products that are added up before they are transformed back.</param>
    public static double Error(MinimalFilter algorithm, int terms) => UnitRoundoff * algorithm.Amplification * Math.Sqrt(terms);

    /// <summary>Rows and columns of a tile of results that algorithms are offered for.</summary>
    private static readonly int[] s_outputs = [2, 4];

    /// <inheritdoc/>
    public IEnumerable<Candidate> Offer(Stage stage, StageEnvironment environment)
    {
        if (environment.Options?.IsStrict == true)
            yield break;
        foreach (var outputs in s_outputs)
        {
            if (WinogradShape.TryRead(target, stage, environment, outputs, out var shape))
            {
                if (Error(shape.Algorithm, shape.Channels) <= Tolerance)
                    yield return new Candidate(this, Name(outputs), shape.Cycles, shape);
            }
            else if (WeightGradientShape.TryRead(target, stage, environment, outputs, out var gradient)
                && Error(gradient.Algorithm, gradient.BlockTiles) <= Tolerance)
            {
                yield return new Candidate(this, Name(outputs), gradient.Cycles, gradient);
            }
        }

        static string Name(int outputs) => string.Format(CultureInfo.InvariantCulture, "winograd-{0}x{0}", outputs);
    }

    /// <inheritdoc/>
    public KernelPlan Lower(Stage stage, Candidate candidate, StageEnvironment environment) => candidate.Schedule is WinogradShape shape
        ? new WinogradLowering(target, stage, environment, shape).Run()
        : new WeightGradientLowering(target, stage, (WeightGradientShape)candidate.Schedule!).Run();
}
