using System.Collections.Immutable;
using System.Globalization;
using NetCompiler.Compiler.Diagnostics;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>
/// Convolution with kernels that the declaration gives and training does not change, such as an edge filter: constants of the program,
/// no parameters. Weights (O, I/groups, KH, KW) in row-major order.
/// </summary>
public sealed class FixedConvLayer : Layer
{
    // They are written out in the program.
    private const int MaxWeights = 4096;

    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("FixedConv",
        new("Channels", ArgumentKind.Int), new("Kernel", ArgumentKind.Pair), new("Weights", ArgumentKind.Numbers),
        new("Stride", ArgumentKind.Pair, 1), new("Padding", ArgumentKind.Pair, 0), new("Dilation", ArgumentKind.Pair, 1),
        new("Groups", ArgumentKind.Int, 1));

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder)
    {
        var input = builder.Input;
        var channels = builder.Int("Channels", 1);
        var window = Window.Declare(builder, input, "Kernel", strideIsKernel: false, hasDilation: true);
        var groups = builder.Int("Groups", 1);
        var inputs = input.Type.Shape[1].Size;
        if (inputs % groups != 0 || channels % groups != 0)
        {
            throw builder.Error(Rules.Groups, "Groups", builder.Label, groups.ToString(CultureInfo.InvariantCulture),
                inputs.ToString(CultureInfo.InvariantCulture), channels.ToString(CultureInfo.InvariantCulture));
        }

        var shape = ImmutableArray.Create(channels, inputs / groups, window.Y.Kernel, window.X.Kernel);
        var weights = builder.Numbers("Weights");
        var expected = shape.Aggregate(1.0, (product, extent) => product * extent);
        if (weights.Length != expected || expected > MaxWeights)
        {
            throw builder.Error(Rules.InvalidArgument, "Weights", builder.Label, "Weights",
                $"it has {weights.Length.ToString(CultureInfo.InvariantCulture)} numbers, expected "
                + expected.ToString(CultureInfo.InvariantCulture) + ": " + string.Join("×", shape)
                + ", and at most " + MaxWeights.ToString(CultureInfo.InvariantCulture));
        }

        if (weights.Any(weight => double.IsNaN(weight) || double.IsInfinity(weight)))
            throw builder.Error(Rules.InvalidArgument, "Weights", builder.Label, "Weights", "they are finite numbers");
        var constant = builder.Add(ConstantTensor.Instance, "weight", [],
            Attributes.Empty.With("shape", shape).With("numbers", weights)).Result;
        return builder.Add(Conv.Instance, "", [input, constant], window.ToAttributes().With("groups", groups)).Result;
    }
}

/// <summary>y = numbers, in row-major order. Attributes shape and numbers.</summary>
public sealed class ConstantTensor : Operator
{
    /// <summary>The operator.</summary>
    public static readonly ConstantTensor Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) =>
        [TensorType.Float([.. context.Attributes.Ints("shape").Select(size => (Dimension)size)])];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(Infer(context)[0]);
        var numbers = context.Attributes.Doubles("numbers");
        return new([new TensorDefinition(axes, Number(0, numbers.Length))]);

        // A tree, so that what is nested stays shallow.
        ScalarExpression Number(int first, int end)
        {
            if (Enumerable.Range(first, end - first).All(i => numbers[i] == numbers[first]))
                return numbers[first];
            var middle = (first + end) / 2;
            return ScalarExpression.Select(
                ComparisonFunction.Less, new ScalarIndex(Flatten.Linear(axes)), middle, Number(first, middle), Number(middle, end));
        }
    }
}
