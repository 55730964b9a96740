namespace NetCompiler;

/// <summary>How closely what a network computes has to follow the definition of its layers.</summary>
public enum Precision
{
    /// <summary>
    /// Single precision, by whatever algorithm is fastest. Convolutions by Winograd's minimal filtering round off more than a sum of
    /// products does; they are chosen where their error is estimated to stay below 2e-5 of the largest result. Predictions may read weights
    /// that come from far as fixed-point numbers of 24 bits, off by at most 2⁻²² of the largest weight that is summed to the same result.
    /// </summary>
    Default,

    /// <summary>
    /// Single precision, every convolution as the sum of products that defines it, and every weight as it is.
    /// </summary>
    Strict,

    /// <summary>
    /// As <see cref="Default"/>, but where a convolution, a dense layer or a gradient of one is computed by the tensor cores of an NVIDIA
    /// GPU, its two factors are rounded to tf32: 8 bits of exponent, 10 of mantissa, a relative error of 2⁻¹¹ at most for each.
    /// </summary>
    /// <remarks>
    /// Sums, and all that is kept in memory (parameters, gradients, activations), stay single precision. What tensor cores compute is up to
    /// the compiler, by what it takes to be faster. Only kernels in PTX for compute capability 8.0 and up have it: on processors, with
    /// ILGPU and on older GPUs such a network computes in single precision throughout.
    /// </remarks>
    Tf32,

    /// <summary>
    /// As <see cref="Tf32"/>, but factors are rounded to bfloat16: 8 bits of exponent, 7 of mantissa, a relative error of 2⁻⁸ at most for
    /// each. The range is that of single precision, so that losses need no scaling.
    /// </summary>
    BFloat16,
}
