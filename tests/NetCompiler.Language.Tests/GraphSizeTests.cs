using NetCompiler.Language.Tests.Networks;

namespace NetCompiler.Language.Tests;

/// <summary>Graphs with fewer nodes and edges than the network was declared for.</summary>
public class GraphSizeTests
{
    private static readonly SparseMatrix s_graph = SparseMatrix.Normalized(4, [(0, 1), (1, 2), (3, 1)]);

    [Fact]
    public void ASmallerGraphGivesTheNumbersOfOneThatIsDeclaredSo()
    {
        using var net = new Molecule();
        Numbers.Fill(net, 3);
        var nodes = Numbers.Draw(4 * 2, 5);
        // What stands behind the graph does not matter.
        float[] padded = [.. nodes, .. Numbers.Draw(3 * 2, 9)];
        var (offsets, columns, values) = (new int[8], new int[20], new float[20]);
        s_graph.CopyTo(offsets, columns, values);

        var small = net.RunSmall(nodes, s_graph.Offsets, s_graph.Columns, s_graph.Values);
        var large = net.Run(padded, offsets, columns, values);

        Numbers.Near(small, large.AsSpan(0, 4 * 3), 1e-5);
    }

    [Fact]
    public void GradientsAreThoseOfTheGraphThatIsThere()
    {
        using var net = new Molecule();
        Numbers.Fill(net, 3);
        using var session = new TrainingSession(net, maxBatch: 1);
        var (offsets, columns, values) = (new int[8], new int[20], new float[20]);
        s_graph.CopyTo(offsets, columns, values);
        float[] nodes = [.. Numbers.Draw(4 * 2, 5), .. new float[3 * 2]];
        var target = net.Run(nodes, offsets, columns, values);
        // The loss is of the first four nodes alone.
        for (var i = 0; i < 4 * 3; i++)
            target[i] += 0.25f;

        unsafe
        {
            fixed (float* nodesPointer = nodes, valuesPointer = values, targetPointer = target)
            fixed (int* offsetsPointer = offsets, columnsPointer = columns)
            {
                session.Step(
                [
                    new(nodesPointer, nodes.Length, ElementType.Float32), new(offsetsPointer, offsets.Length, ElementType.Int32),
                    new(columnsPointer, columns.Length, ElementType.Int32), new(valuesPointer, values.Length, ElementType.Float32),
                    new(targetPointer, target.Length, ElementType.Float32),
                ], seed: 0);
            }
        }

        var parameter = net.Parameter("run.message.graphconv2.weight");
        float[] before = [.. parameter.Values];
        var differences = Numbers.Differences(before, weights =>
        {
            parameter.CopyFrom(weights);
            var small = net.RunSmall(nodes.AsSpan(0, 8), s_graph.Offsets, s_graph.Columns, s_graph.Values);
            return small.Zip(target, (y, t) => ((double)y - t) * (y - t)).Sum() / target.Length;
        });
        Numbers.Near(differences, session.Gradients["run.message.graphconv2.weight"].Values, 2e-2);
    }
}
