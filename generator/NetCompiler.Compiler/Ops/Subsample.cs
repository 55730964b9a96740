using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>
/// Trainable subsampling: the sum of each window times a coefficient of its channel, plus a bias of its channel (LeCun et al.,
/// "Gradient-based learning applied to document recognition", 1998: layers S2 and S4 of LeNet-5). Parameters weight (C) and bias (C).
/// </summary>
public sealed class SubsampleLayer : Layer
{
    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("Subsample",
        new("Window", ArgumentKind.Pair), new("Stride", ArgumentKind.Pair, 0), new("Padding", ArgumentKind.Pair, 0));

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder)
    {
        var input = builder.Input;
        var window = Window.Declare(builder, input, "Window", strideIsKernel: true, hasDilation: false);
        var channels = input.Type.Shape[1];
        var taps = window.Y.Kernel * window.X.Kernel;
        var sum = builder.Add(SumPool.Instance, "sum", [input], window.ToAttributes()).Result;
        // It begins as the mean. Each use of a coefficient stands for one with every element of the window.
        var weight = builder.AddParameter("weight", [channels], ParameterInitializer.Constant, initialValue: 1.0 / taps);
        var scaled = builder.Add(Gain.Instance, "scaled", [sum, weight], LayerFacts.Reads(taps)).Result;
        return builder.Add(BiasAdd.Instance, "", [scaled, builder.AddParameter("bias", [channels], ParameterInitializer.Zeros)]).Result;
    }
}

/// <summary>y[n, c, y, x] = the sum over the taps (ky, kx) of x[n, c, s·y + ky − p, s·x + kx − p], 0 outside of the image.</summary>
public sealed class SumPool : Operator, IPooling
{
    /// <summary>The operator.</summary>
    public static readonly SumPool Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) => AveragePool.Instance.Infer(context);

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var window = Window.From(context.Attributes);
        var axes = Elementwise.AxesOf(Infer(context)[0]);
        var (ky, kx) = (new Axis("ky", window.Y.Kernel), new Axis("kx", window.X.Kernel));
        var isInside = new WindowTaps(window, context.Size(0, 2), context.Size(0, 3)).AreAlwaysInside;
        return new([new TensorDefinition(axes, ScalarExpression.Sum([ky, kx], new ScalarRead(0,
            [axes[0], axes[1], window.Y.Input(axes[2], ky), window.X.Input(axes[3], kx)], isInside ? null : 0)))]);
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient)
    {
        var shape = gradient.Node.Inputs[0].Type.Shape;
        gradient.Set(0, gradient.Add(AveragePoolGradient.Instance, "input", [gradient.ResultGradient],
            gradient.Node.Attributes.With("size", ImmutableArray.Create(shape[2].Size, shape[3].Size))));
    }
}
