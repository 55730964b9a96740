using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Ops.Recurrent;
using NetCompiler.Compiler.Passes;
using NetCompiler.Compiler.Stages;
using NetCompiler.Compiler.Tests.Recurrent;

namespace NetCompiler.Compiler.Tests.Passes;

/// <summary>Which nodes become one stage.</summary>
public sealed class FuseTests
{
    private static readonly TensorType s_type = new(ScalarKind.F32, [Dimension.Batch, 6]);

    [Theory]
    [InlineData("Lstm")]
    [InlineData("Gru")]
    public void TheGatesOfACellAreOneStage(string kind)
    {
        var scan = RecurrentNetworks.Of("Gates", kind, 4, 5, 8).Graph.Nodes.Single(n => n.Operator is Scan);
        var stages = Fuse.Run(((Scan)scan.Operator).Body.Graph);
        var gates = Assert.Single(stages, s => s.Kind == StageKind.Elementwise);
        // What leaves it are states; the sigmoids and tangents stay inside.
        Assert.All(gates.Outputs, output => Assert.StartsWith("next_", output.Name, StringComparison.Ordinal));
        Assert.True(gates.Nodes.Length > 5, gates.ToString());
        AssertOrder(gates);
    }

    [Fact]
    public void WhatReadsWhatIsComputedLaterIsNotTakenIn()
    {
        // σ(x) + tanh(softmax x): the tangent reads what no elementwise node computes.
        var graph = new Graph();
        var x = graph.AddInput("x", s_type);
        var left = graph.Add(Sigmoid.Instance, "left", [x]).Result;
        var reduced = graph.Add(Softmax.Instance, "reduced", [x]).Result;
        var right = graph.Add(Tanh.Instance, "right", [reduced]).Result;
        graph.AddOutput("sum", graph.Add(Add.Instance, "sum", [left, right]).Result);
        var stages = Fuse.Run(graph);
        Assert.Equal(["left", "reduced", "right"], stages.Select(s => s.Name));
        Assert.Equal(["right", "sum"], stages[2].Nodes.Select(n => n.Name));
    }

    [Fact]
    public void AContractionTakesInNoOtherOperands()
    {
        // What else is added is computed first, not on the sums in registers.
        var graph = new Graph();
        var x = graph.AddInput("x", s_type);
        var weight = graph.AddParameter("weight", new TensorType(ScalarKind.F32, [6, 6]));
        var product = graph.Add(Ops.Dense.Instance, "product", [x, weight]).Result;
        var other = graph.Add(Sigmoid.Instance, "other", [x]).Result;
        graph.AddOutput("sum", graph.Add(Add.Instance, "sum", [product, other]).Result);
        var stages = Fuse.Run(graph);
        Assert.Equal(["product"], Assert.Single(stages, s => s.Kind == StageKind.Contraction).Nodes.Select(n => n.Name));
        Assert.Equal(["other", "sum"], Assert.Single(stages, s => s.Kind == StageKind.Elementwise).Nodes.Select(n => n.Name));
    }

    private static void AssertOrder(Stage stage)
    {
        var known = new HashSet<Value>(stage.Inputs);
        foreach (var node in stage.Nodes)
        {
            Assert.All(node.Inputs, input => Assert.Contains(input, known));
            known.UnionWith(node.Results);
        }
    }
}
