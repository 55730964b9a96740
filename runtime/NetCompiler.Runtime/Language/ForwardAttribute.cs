namespace NetCompiler;

/// <summary>
/// The method of a network that says how its prediction is computed: static, from one <see cref="Tensor"/> with a [Shape] to a
/// <see cref="Tensor"/>, made of the functions of <see cref="Layers"/> and of operators. The compiler evaluates it; it never runs.
/// Whatever C# computes with numbers (if, for, foreach, switch, local variables, calls of other methods) is done at build time.
/// </summary>
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
