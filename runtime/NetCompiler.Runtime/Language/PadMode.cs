namespace NetCompiler;

/// <summary>What <see cref="PadAttribute"/> puts around an image.</summary>
public enum PadMode
{
    /// <summary>A number. PyTorch: ConstantPad2d.</summary>
    Constant,

    /// <summary>The image mirrored at its outermost elements, which are not repeated. PyTorch: ReflectionPad2d.</summary>
    Reflect,

    /// <summary>The image's outermost elements. PyTorch: ReplicationPad2d.</summary>
    Edge,
}
