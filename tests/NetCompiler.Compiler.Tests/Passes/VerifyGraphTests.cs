using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Passes;

namespace NetCompiler.Compiler.Tests.Passes;

/// <summary>Wrong graphs and wrong tensor expressions are found.</summary>
public sealed class VerifyGraphTests
{
    private static readonly TensorType Vector = TensorType.Float(Dimension.Batch, 6);
    private static readonly Axis N = new("n", Dimension.Batch);
    private static readonly Axis K = new("k", 6);
    private static readonly Axis Short = new("s", 5);

    private static void AssertFails(string message, TensorDefinition definition)
    {
        var exception = Assert.Throws<InvalidOperationException>(
            () => VerifyGraph.VerifyExpression(new TensorExpression([definition]), [Vector], [Vector]));
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    private static ScalarRead Read(IndexExpression index, double? outside = null) => new(0, [N, index], outside);

    [Fact]
    public void ReadsThatLeaveTheTensorNeedAValueOutside()
    {
        AssertFails("may leave extent 6", new TensorDefinition([N, K], Read((IndexExpression)K + 1)));
        AssertFails("may leave extent 6", new TensorDefinition([N, K], Read(((IndexExpression)K).DividedBy(2))));
        var padded = new TensorDefinition([N, K], Read((IndexExpression)K + 1, 0));
        VerifyGraph.VerifyExpression(new TensorExpression([padded]), [Vector], [Vector]);
    }

    [Fact]
    public void AxesAreBound() => AssertFails("'s' of s is not bound", new TensorDefinition([N, K], Read(Short)));

    [Fact]
    public void SamplesDoNotMix() =>
        AssertFails("reads the batch", new TensorDefinition([N, K], new ScalarRead(0, [0, K])));

    [Fact]
    public void ReadsHaveOneIndexForEachExtent() =>
        AssertFails("with 1 indices", new TensorDefinition([N, K], new ScalarRead(0, [K])));

    [Fact]
    public void ReadsNameATensor() => AssertFails("reads tensor 1 of 1", new TensorDefinition([N, K], new ScalarRead(1, [N, K])));

    [Fact]
    public void EveryElementIsDefinedOnce()
    {
        AssertFails("runs over 5 elements", new TensorDefinition([N, Short], Read(Short)));
        var (a, b) = (new Axis("a", 2), new Axis("b", 3));
        AssertFails("skips or repeats elements at 'a'",
            new TensorDefinition([N, a, b], 1, Indices: [N, (IndexExpression)a * 2 + b]));
        AssertFails("has an axis that no index contains", new TensorDefinition([N, K, a], 1, Indices: [N, K]));
        VerifyGraph.VerifyExpression(
            new TensorExpression([new TensorDefinition([N, a, b], 1, Indices: [N, (IndexExpression)a * 3 + b])]), [Vector], [Vector]);
    }

    [Fact]
    public void ElementTypesAgree() => AssertFails("has elements U8", new TensorDefinition([N, K], Read(K), ScalarKind.U8));

    [Fact]
    public void ReductionsBindAxesOnce() =>
        AssertFails("binds an axis twice", new TensorDefinition([N, K], ScalarExpression.Sum([K], Read(K))));

    [Fact]
    public void ValuesOfAnotherGraphAreFound()
    {
        var (graph, other) = (new Graph(), new Graph());
        var x = other.AddInput("x", Vector);
        graph.AddInput("x", Vector);
        graph.Add(Relu.Instance, "relu", [x]);
        var exception = Assert.Throws<InvalidOperationException>(() => VerifyGraph.Run(graph));
        Assert.Contains("'x' is read before it is defined", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OutputsBelongToTheGraph()
    {
        var (graph, other) = (new Graph(), new Graph());
        graph.AddOutput("y", other.AddInput("x", Vector));
        Assert.Throws<InvalidOperationException>(() => VerifyGraph.Run(graph));
    }

    [Fact]
    public void GradientsAreShapedAsTheirParameters()
    {
        var graph = new Graph();
        graph.AddParameter("w", TensorType.Float(7));
        graph.AddOutput("w", graph.AddInput("x", Vector), OutputRole.Gradient);
        var exception = Assert.Throws<InvalidOperationException>(() => VerifyGraph.Run(graph));
        Assert.Contains("f32(7)", exception.Message, StringComparison.Ordinal);
    }
}
