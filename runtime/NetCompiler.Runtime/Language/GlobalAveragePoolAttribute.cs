namespace NetCompiler;

/// <summary>
/// The mean of each channel: (C, H, W) becomes (C). Keras: GlobalAveragePooling2D; PyTorch: AdaptiveAvgPool2d(1), Flatten.
/// </summary>
public sealed class GlobalAveragePoolAttribute : LayerAttribute;
