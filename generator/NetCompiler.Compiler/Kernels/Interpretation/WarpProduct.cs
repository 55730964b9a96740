using System.Collections.Immutable;

namespace NetCompiler.Compiler.Kernels.Interpretation;

/// <summary>A <see cref="MatrixMultiplyAdd"/> made ready to run, when all threads of a warp have come to it.</summary>
internal sealed class WarpProduct(MatrixMultiplyAdd statement, ExpressionCompiler expressions)
{
    private readonly ImmutableArray<int> _sums = [.. statement.Sums.Select(expressions.Slot)];
    private readonly ImmutableArray<Func<Frame, long>> _left = [.. statement.Left.Select(expressions.Integer)];
    private readonly ImmutableArray<Func<Frame, long>> _right = [.. statement.Right.Select(expressions.Integer)];

    /// <summary>Runs it for the threads of a warp.</summary>
    public void Run(IReadOnlyList<Frame> warp)
    {
        ImmutableArray<float[]> sums = [.. warp.Select(f => _sums.Select(slot => f.Singles[slot]).ToArray())];
        MatrixArithmetic.MultiplyAdd(statement.Format, Registers(_left), Registers(_right), sums);
        for (var thread = 0; thread < warp.Count; thread++)
        {
            for (var i = 0; i < _sums.Length; i++)
                warp[thread].Singles[_sums[i]] = sums[thread][i];
        }

        ImmutableArray<int[]> Registers(ImmutableArray<Func<Frame, long>> factor) =>
            [.. warp.Select(f => factor.Select(register => (int)register(f)).ToArray())];
    }
}
