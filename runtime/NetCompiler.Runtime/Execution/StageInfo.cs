namespace NetCompiler.Runtime;

/// <summary>A stage of a pass: what the compiler computes together, such as a convolution with its bias, ReLU and pooling.</summary>
/// <param name="Name">Its name, that of the operation it is built around: <c>conv1</c>.</param>
/// <param name="Operators">What it computes: <c>Conv → MaxPool → BiasAdd → Relu</c>.</param>
/// <param name="MultiplyAdds">Multiply-adds of its sums of products for one sample, by the direct algorithm, padding included.</param>
public sealed record StageInfo(string Name, string Operators, long MultiplyAdds);
