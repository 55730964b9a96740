using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Passes;
using NetCompiler.Compiler.Simt;

namespace NetCompiler.Compiler.Tests.Simt;

/// <summary>A convolution with bias, ReLU and perhaps pooling, and the gradients of its input, weights and bias, as one graph.</summary>
/// <param name="Batch">Samples.</param>
/// <param name="Channels">Channels of the input.</param>
/// <param name="Height">Height of the input.</param>
/// <param name="Width">Width of the input.</param>
/// <param name="Outputs">Channels of the output.</param>
/// <param name="Groups">Groups of channels.</param>
/// <param name="Y">The window in height.</param>
/// <param name="X">The window in width.</param>
/// <param name="Pool">Height and width of the max-pooling behind it; 1 for none.</param>
/// <param name="PoolStride">Steps between pooling windows.</param>
public sealed record SliceGraph(
    int Batch, int Channels, int Height, int Width, int Outputs, int Groups, WindowAxis Y, WindowAxis X, int Pool = 1, int PoolStride = 1)
{
    /// <summary>The graph after the passes that training runs.</summary>
    public Graph Build()
    {
        var graph = new Graph();
        var x = graph.AddInput("x", TensorType.Float(Dimension.Batch, Channels, Height, Width));
        var w = graph.AddParameter("conv.weight", TensorType.Float(Outputs, Channels / Groups, Y.Kernel, X.Kernel));
        var b = graph.AddParameter("conv.bias", TensorType.Float(Outputs));
        var attributes = new Window(Y, X).ToAttributes().With("groups", Groups);
        var product = graph.Add(Conv.Instance, "conv.product", [x, w], attributes).Result;
        var map = graph.Add(BiasAdd.Instance, "conv", [product, b]).Result;
        var pooling = new Window(new WindowAxis(Pool, PoolStride, 1, 0, 0), new WindowAxis(Pool, PoolStride, 1, 0, 0)).ToAttributes();
        var pool = Pool > 1 ? graph.Add(MaxPool.Instance, "pool", [map], pooling) : null;
        var y = graph.Add(Relu.Instance, "relu", [pool?.Result ?? map]).Result;
        var dy = graph.AddInput("dy", y.Type);
        graph.AddOutput("y", y);

        var gradient = graph.Add(ReluGradient.Instance, "relu.input_gradient", [dy, y]).Result;
        if (pool is not null)
        {
            var size = ImmutableArray.Create(map.Type.Shape[2].Size, map.Type.Shape[3].Size);
            gradient = graph.Add(
                MaxPoolGradient.Instance, "pool.input_gradient", [gradient, pool.Results[1]], pooling.With("size", size)).Result;
        }

        graph.AddOutput("dx", graph.Add(ConvInputGradient.Instance, "conv.input_gradient", [gradient, w],
            attributes.With("size", ImmutableArray.Create(Height, Width))).Result);
        graph.AddOutput("conv.weight",
            graph.Add(ConvWeightGradient.Instance, "conv.weight_gradient", [x, gradient], attributes).Result, OutputRole.Gradient);
        graph.AddOutput("conv.bias", graph.Add(ChannelSum.Instance, "conv.bias_gradient", [gradient]).Result, OutputRole.Gradient);
        return ChooseResiduals.Run(graph);
    }

    /// <summary>The graph compiled.</summary>
    /// <param name="chunk">Samples of a chunk; 0 for the whole batch.</param>
    /// <param name="force">The beginning of the candidates' names to force.</param>
    public SimtProgram Compile(int chunk = 0, string? force = null) =>
        SimtPassCompiler.Lower(Build(), PassKind.Train,
            PassOptions.Default with { ChunkSize = chunk > 0 ? chunk : Batch, ForcedCandidate = force });

    /// <summary>Random shapes: primes, windows over the edge, strides, dilation, groups.</summary>
    public static IEnumerable<SliceGraph> Random(int seed, int count)
    {
        var random = new Random(seed);
        while (count > 0)
        {
            int Any(params int[] values) => values[random.Next(values.Length)];
            WindowAxis Axis()
            {
                var (kernel, dilation) = (Any(1, 2, 3, 5), Any(1, 1, 2));
                return new WindowAxis(kernel, Any(1, 1, 2, 3), dilation, Any(0, 0, 1, 2), Any(0, 1));
            }

            var (groups, perGroup) = (Any(1, 1, 1, 2, 3), Any(1, 2, 3));
            var (y, x) = (Axis(), Axis());
            var (height, width) = (Any(1, 3, 5, 7, 8, 11), Any(1, 2, 5, 7, 9, 11));
            var pool = Any(1, 2, 2, 3);
            var (rows, columns) = (y.Outputs(height), x.Outputs(width));
            if (rows < pool || columns < pool || y.Before >= y.Extent || x.Before >= x.Extent)
                continue;
            count--;
            yield return new SliceGraph(Any(1, 2, 7), groups * perGroup, height, width, groups * Any(1, 2, 5, 8), groups, y, x,
                pool, pool > 1 ? Any(pool, pool, pool, 1) : 1);
        }
    }

    /// <summary>Shapes that everyone meets, and those at the border.</summary>
    public static IEnumerable<SliceGraph> Given =>
    [
        new(1, 1, 1, 1, 1, 1, Plain(1), Plain(1)),
        new(7, 1, 10, 10, 25, 1, Plain(3), Plain(3), 2, 2),
        new(1, 25, 5, 4, 50, 1, Plain(3), Plain(3), 2, 2),
        new(7, 3, 7, 5, 3, 3, Plain(3, before: 1), Plain(3, before: 1)),
        new(1, 50, 2, 3, 25, 1, Plain(1), Plain(1)),
        new(2, 4, 9, 9, 4, 2, new WindowAxis(3, 2, 1, 1, 1), new WindowAxis(3, 2, 1, 1, 1), 2, 2),
        new(7, 3, 13, 11, 2, 1, new WindowAxis(3, 3, 2, 2, 0), new WindowAxis(2, 1, 3, 0, 1), 3, 3),
        new(1, 2, 9, 9, 3, 1, Plain(2), Plain(2), 8, 8),
        new(1, 2, 8, 7, 3, 1, Plain(3, before: 1), Plain(3, before: 1), 3, 1),
    ];

    private static WindowAxis Plain(int kernel, int before = 0) => new(kernel, 1, 1, before, before);
}
