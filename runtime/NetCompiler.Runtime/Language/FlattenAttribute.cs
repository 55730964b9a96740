namespace NetCompiler;

/// <summary>
/// The elements of an image as a vector, channel by channel: (C, H, W) becomes (C · H · W). Keras and PyTorch: Flatten.
/// </summary>
public sealed class FlattenAttribute : LayerAttribute;
