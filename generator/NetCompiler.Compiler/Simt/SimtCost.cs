using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Ops;

namespace NetCompiler.Compiler.Simt;

/// <summary>Estimates of what threads do.</summary>
internal static class SimtCost
{
    /// <summary>Cycles until a launch has begun.</summary>
    public const double Launch = 3000;

    /// <summary>Instructions that a read of shared memory takes the place of.</summary>
    public const double SharedRead = 4;

    // An address, a load, and part of the wait for it.
    private const double Read = 14;

    /// <summary>Instructions of a thread that computes one element of an expression by itself.</summary>
    /// <param name="node">The node.</param>
    /// <param name="expression">An expression of it.</param>
    /// <param name="chunk">Samples of a chunk.</param>
    /// <param name="isWritten">Which of the node's definitions are read from memory; null for none.</param>
    public static double Instructions(Node node, ScalarExpression expression, int chunk, Func<int, bool>? isWritten = null) => expression switch
    {
        ScalarLiteral => 0,
        ScalarRead read when read.Source >= node.Inputs.Length && read.Source - node.Inputs.Length is var local && isWritten?.Invoke(local) != true =>
            Instructions(node, node.Definition.Definitions[local].Body, chunk, isWritten),
        ScalarRead or ScalarGather => Read,
        ScalarReduction reduction => new LinearAxes(reduction.Axes).Largest(chunk) * (4 + Instructions(node, reduction.Body, chunk, isWritten)),
        _ => 1 + expression.Children().Sum(child => Instructions(node, child, chunk, isWritten)),
    };

    /// <summary>Cycles for a sample of a contraction, whose groups fill shared memory and add up what is in it, part after part.</summary>
    /// <param name="tile">The groups' tile.</param>
    /// <param name="shape">The contraction.</param>
    /// <param name="chunk">Samples of a chunk.</param>
    /// <param name="instructions">What a thread issues for each term, besides filling shared memory.</param>
    public static double Contraction(SimtTile tile, ContractionShape shape, int chunk, double instructions)
    {
        const double FillInstructions = 24;
        var terms = SimtTile.Blocks(SimtTile.Blocks(shape.Sums.Largest(chunk), tile.Slices), tile.Depth) * tile.Depth;
        var lanes = Math.Max(tile.Threads, SimtTarget.WarpSize) / SimtTarget.LanesPerCycle;
        var fill = FillInstructions * (tile.BlockRows * tile.Window + tile.BlockColumns) / tile.Threads;
        var group = terms * lanes * (instructions + fill) + 400;
        // A few groups share a multiprocessor and hide each other's waits.
        var waves = Math.Ceiling((double)tile.Groups(shape, chunk) / SimtTarget.Multiprocessors);
        return (Launch + waves * group) / chunk;
    }

    /// <summary>Cycles of a thread for each element.</summary>
    public static double Elements(double elements, double instructions, int threads) =>
        Math.Ceiling(elements / threads / SimtTarget.Multiprocessors) * (16 + instructions) * threads / SimtTarget.LanesPerCycle;
}
