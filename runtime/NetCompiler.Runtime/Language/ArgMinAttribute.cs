namespace NetCompiler;

/// <summary>
/// Where the smallest element stands along axes of a sample; see <see cref="ArgMaxAttribute"/>. Keras: ops.argmin; PyTorch: argmin with
/// keepdim.
/// </summary>
/// <param name="axes">
/// The axes of a sample, from 0, which are the channels of an image and the elements of a vector; all of them where none is given.
/// </param>
public sealed class ArgMinAttribute(params int[] axes) : LayerAttribute
{
    /// <summary>The axes; all where there are none.</summary>
    public int[] Axes { get; } = axes;
}
