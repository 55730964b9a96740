using System.Collections.Immutable;
using System.Globalization;
using NetCompiler.Compiler.Kernels;
using Index = NetCompiler.Compiler.Kernels.IndexArithmetic;

namespace NetCompiler.Compiler.Cpu;

/// <summary>
/// The kernel of a register tile of a matrix product, C[r, v] = Σ{k} A[r, k] · B[k, v]: elements of A are loaded into all lanes, rows of B
/// in vectors. What Winograd's convolutions spend most of their time in.
/// </summary>
/// <param name="Rows">Rows of the tile.</param>
/// <param name="Pieces">Its vectors, their offsets counted from the first.</param>
/// <param name="RowStride">Elements from a row of A to the next.</param>
/// <param name="TermStride">Elements from a column of A to the next.</param>
/// <param name="VectorStride">Elements from a row of B to the next.</param>
/// <param name="TermsMultiple">What the number of terms is a multiple of.</param>
/// <param name="AheadStride">Elements that are brought near for each term, of what is needed later; 0 for none.</param>
internal sealed record RegisterProduct(
    int Rows, ImmutableArray<VectorPiece> Pieces, long RowStride, long TermStride, long VectorStride, int TermsMultiple = 1,
    long AheadStride = 0)
{
    // Multiply-adds of a round of the loop over terms: what a round costs besides them hardly matters then.
    private const int LargestRound = 48;

    // Terms of a round.
    private int Unroll
    {
        get
        {
            var terms = 1;
            while (Rows * Pieces.Length * terms * 2 <= LargestRound
                && (VectorStride > Pieces.Sum(p => p.Lanes) || VectorStride * sizeof(float) * terms * 2 <= TileBody.LargestStep))
            {
                terms *= 2;
            }

            return terms;
        }
    }

    /// <summary>
    /// The kernel. Parameters: the tile's first row of A; its first vectors of B; where its sums go; terms; elements from a row of sums
    /// to the next; with an <see cref="AheadStride"/>, where that begins which is needed later.
    /// </summary>
    public Kernel ToKernel()
    {
        var b = new KernelBuilder();
        var left = TileTransform.Pointer(b, "left", BufferAccess.Read);
        var right = TileTransform.Pointer(b, "right", BufferAccess.Read);
        var product = TileTransform.Pointer(b, "product", BufferAccess.Write);
        var terms = TileTransform.Number(b, "terms");
        var productStride = TileTransform.Number(b, "productStride");
        var ahead = AheadStride > 0 ? TileTransform.Pointer(b, "ahead", BufferAccess.Read) : null;
        var sums = Enumerable.Range(0, Rows).Select(_ => Pieces.Select(p => b.Declare("sum", Constant.Float(0, p.Lanes))).ToArray()).ToArray();
        var widest = Pieces.Max(p => p.Lanes);
        var unroll = Unroll;
        var whole = TermsMultiple % unroll == 0 ? terms : b.Let("whole", Index.Scale(Index.Divide(terms, unroll), unroll));
        Rounds(Constant.Index(0), whole, unroll);
        if (whole != terms)
            Rounds(whole, terms, 1);

        for (var r = 0; r < Rows; r++)
        {
            var to = b.Let("to", Index.Add(product, Index.Scale(productStride, r)));
            for (var v = 0; v < Pieces.Length; v++)
                b.Add(new Store(to, Constant.Index(Pieces[v].Offset), sums[r][v]));
        }

        var lanes = Pieces.Sum(p => p.Lanes).ToString(CultureInfo.InvariantCulture);
        return b.Build(
            FormattableString.Invariant($"Product{Rows}x{lanes}"),
            FormattableString.Invariant($"product = Σ{{k}} left[·, k] · right[k, ·], {Rows} rows × {lanes} columns in registers"));

        void Rounds(Expression start, Expression end, int count) => b.Loop("k", start, end, count, k =>
        {
            if (ahead is not null)
                b.BringNear(ahead, Index.Scale(k, AheadStride), AheadStride * count);
            for (var u = 0; u < count; u++)
                MultiplyAdd(Index.Add(k, Constant.Index(u)));
        });

        void MultiplyAdd(Expression k)
        {
            var row = Index.Scale(k, VectorStride);
            var w = Pieces.Select(p => b.Let("w", new Load(right, Index.Add(row, Constant.Index(p.Offset)), p.Lanes))).ToArray();
            for (var r = 0; r < Rows; r++)
            {
                Expression factor = new Broadcast(
                    new Load(left, Index.Add(Index.Scale(k, TermStride), Constant.Index(r * RowStride))), widest);
                if (Pieces.Length > 1)
                    factor = b.Let("x", factor);
                for (var v = 0; v < Pieces.Length; v++)
                {
                    var narrowed = Pieces[v].Lanes == widest ? factor : new LowerLanes(factor, Pieces[v].Lanes);
                    b.Add(new Assign(sums[r][v], new FusedMultiplyAdd(narrowed, w[v], sums[r][v])));
                }
            }
        }
    }

    /// <inheritdoc/>
    public bool Equals(RegisterProduct? other) => other is not null && Pieces.SequenceEqual(other.Pieces)
        && (Rows, RowStride, TermStride, VectorStride, TermsMultiple, AheadStride)
            == (other.Rows, other.RowStride, other.TermStride, other.VectorStride, other.TermsMultiple, other.AheadStride);

    /// <inheritdoc/>
    public override int GetHashCode() => (Rows, RowStride, TermStride, VectorStride, Pieces.Length).GetHashCode();
}
