namespace NetCompiler;

/// <summary>
/// Elements around an image: (C, H, W) becomes (C, top + H + bottom, left + W + right). Keras: ZeroPadding2D; PyTorch: ConstantPad2d,
/// ReflectionPad2d, ReplicationPad2d; ONNX: Pad.
/// </summary>
/// <param name="padding">
/// Elements, 0 or more: one number for all sides, two for height and width, or four: top, left, bottom, right.
/// </param>
public sealed class PadAttribute(params int[] padding) : LayerAttribute
{
    /// <summary>Elements on all sides, in height and width, or top, left, bottom and right.</summary>
    public int[] Padding { get; } = padding;

    /// <summary>What they are. Default: a constant.</summary>
    public PadMode Mode { get; set; } = PadMode.Constant;

    /// <summary>The number of <see cref="PadMode.Constant"/>; finite. Default 0.</summary>
    public double Value { get; set; }
}
