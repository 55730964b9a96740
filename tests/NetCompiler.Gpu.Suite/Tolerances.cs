namespace NetCompiler.Gpu;

/// <summary>
/// How far a device may be from the processor, which computes in single precision. There it is sums in another order, and functions of the
/// device's own. Rounded factors are off by 2⁻¹¹ (tf32) or 2⁻⁸ (bfloat16) each at most, and what layers make of that differs: on the processor,
/// rounding weights and input alone moves predictions by 2·10⁻⁴ to 6·10⁻⁴ (tf32) and 2·10⁻³ to 3·10⁻³ (bfloat16) of the largest, gradients of two
/// convolutions by 10⁻³ and 4·10⁻³, and those of ResNet-18, where it switches ReLUs on and off, by 10⁻¹ and 3·10⁻¹.
/// </summary>
/// <param name="Prediction">Of predictions: the largest difference, of the largest value.</param>
/// <param name="Gradient">Of losses and gradients, likewise.</param>
/// <param name="DeepGradient">The same in deep networks.</param>
/// <param name="Training">Of parameters after some steps: the length of the difference, of the way that they have gone.</param>
internal readonly record struct Tolerances(double Prediction, double Gradient, double DeepGradient, double Training)
{
    /// <summary>The tolerances of a precision.</summary>
    public static Tolerances Of(Precision precision) => precision switch
    {
        Precision.Tf32 => new(5e-3, 1e-2, 0.3, 0.1),
        Precision.BFloat16 => new(4e-2, 8e-2, 0.6, 0.5),
        _ => new(1e-4, 2e-3, 2e-3, 2e-2),
    };
}
