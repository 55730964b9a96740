namespace NetCompiler;

/// <summary>
/// The largest element of each channel: (C, H, W) becomes (C). Keras: GlobalMaxPooling2D; PyTorch: AdaptiveMaxPool2d(1), Flatten.
/// </summary>
public sealed class GlobalMaxPoolAttribute : LayerAttribute;
