namespace NetCompiler;

/// <summary>
/// A tensor repeated behind itself along the axes of a sample. Keras: ops.tile; PyTorch: repeat; ONNX: Tile.
/// </summary>
/// <param name="repeats">How often, 1 or more, for each axis of a sample.</param>
public sealed class TileAttribute(params int[] repeats) : LayerAttribute
{
    /// <summary>How often, for each axis.</summary>
    public int[] Repeats { get; } = repeats;
}
