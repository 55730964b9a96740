namespace NetCompiler;

/// <summary>
/// The variance along axes of a sample, which stay with an extent of 1: Σ (x − mean)² / (count − Correction). Keras: ops.var; PyTorch: var
/// with keepdim, whose correction is 1 unless given.
/// </summary>
/// <param name="axes">
/// The axes of a sample, from 0, which are the channels of an image and the elements of a vector; all of them where none is given.
/// </param>
public sealed class VarianceAttribute(params int[] axes) : LayerAttribute
{
    /// <summary>The axes; all where there are none.</summary>
    public int[] Axes { get; } = axes;

    /// <summary>What the number of elements is lessened by, 0 or more and less than it: 1 for the unbiased estimate. Default 0.</summary>
    public int Correction { get; set; }
}
