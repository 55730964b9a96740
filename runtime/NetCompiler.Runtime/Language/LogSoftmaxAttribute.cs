namespace NetCompiler;

/// <summary>
/// Logarithms of probabilities: of the elements of a vector, or of the channels at each place of an image; the shape stays. Keras:
/// ops.log_softmax; PyTorch: LogSoftmax(dim=1).
/// </summary>
public sealed class LogSoftmaxAttribute : LayerAttribute;
