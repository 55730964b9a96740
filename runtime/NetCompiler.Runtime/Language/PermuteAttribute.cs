namespace NetCompiler;

/// <summary>
/// The axes of a sample in another order: axis i of the output is axis <c>axes[i]</c> of the input, counted from 0 without the batch.
/// <c>[Permute(1, 0)]</c> makes (C, L) of (L, C). Keras: Permute, which counts from 1; PyTorch: permute, which counts the batch too.
/// </summary>
/// <param name="axes">Each axis of the input once.</param>
public sealed class PermuteAttribute(params int[] axes) : LayerAttribute
{
    /// <summary>Each axis of the input once.</summary>
    public int[] Axes { get; } = axes;
}
