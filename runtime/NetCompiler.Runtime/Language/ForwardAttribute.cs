namespace NetCompiler;

/// <summary>
/// A method of a network that says how something is computed: static, from tensors with a [Shape] to a <see cref="Tensor"/> or a tuple of
/// them, made of the functions of <see cref="Layers"/> and of operators. The compiler evaluates it; it never runs. Whatever C# computes
/// with numbers (if, for, foreach, switch, local variables, calls of other methods) is done at build time.
/// </summary>
/// <remarks>
/// The first one is what the network predicts. Each becomes a method of the network and of its sessions, with spans for tensors. A method
/// that calls another one shares its weights; what stands on that one's parameters, such as a Scale, is for its own callers. Where there
/// are several, layers are called after the method that they stand in: "encode.conv1".
/// </remarks>
/// <example>
/// <code>
/// [Network]
/// public sealed partial class SmallResNet
/// {
///     [Block]
///     static Tensor Residual(Tensor x, int channels)
///     {
///         var y = Relu(BatchNorm(Conv(x, channels, kernel: 3, padding: 1)));
///         return Relu(x + BatchNorm(Conv(y, channels, kernel: 3, padding: 1)));
///     }
///
///     [Forward]
///     static Tensor Classify([Shape(3, 32, 32)] Tensor image)
///     {
///         var x = Relu(Conv(image, 16, kernel: 3, padding: 1));
///         for (var i = 0; i &lt; 3; i++)
///             x = Residual(x, 16);
///         return Dense(GlobalAveragePool(x), 10);
///     }
///
///     [Loss]
///     static Tensor Loss(Tensor logits, [Labels] Tensor labels) => CrossEntropy(logits, labels);
/// }
/// </code>
/// </example>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ForwardAttribute : Attribute;
