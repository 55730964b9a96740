using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Stages;

namespace NetCompiler.Compiler.Cpu;

/// <summary>
/// A factor of a contraction in memory: its element is at Offset + Σ stride · axis. Reads that may lie outside of their tensor, or
/// that exist at some places only, go through a copy with a halo in which all of them exist.
/// </summary>
internal sealed class ContractionOperand
{
    private readonly Dictionary<Axis, long> _strides = [];

    /// <summary>Describes how a read goes through memory.</summary>
    /// <param name="node">The contraction.</param>
    /// <param name="read">The read.</param>
    /// <param name="environment">Layouts and chunk size.</param>
    /// <param name="copies">True to read a copy in any case: behind the end of a caller's array there is nothing to read.</param>
    /// <param name="along">An axis along which samples shall lie side by side: where they do not, a copy in which they do is read.</param>
    public ContractionOperand(
        Node node, ScalarRead read, StageEnvironment environment, bool copies = false, Axis? along = null)
    {
        Value = node.Inputs[read.Source];
        Copies = copies;
        Read = read;
        var layout = environment.Layouts[Value];
        var innermost = along is not null && Value.Type.IsPerSample ? Dimension(along) : -1;
        if (innermost >= 0 && layout.Strides[innermost] == 1)
            innermost = -1;
        if (copies || innermost >= 0 || Halo.IsNeeded(read, Value))
        {
            Halo = new Halo(Value, read, layout, environment.ChunkSize, innermost);
            layout = Halo.Layout;
        }

        for (var d = 0; d < read.Indices.Length; d++)
        {
            var shift = Halo?.Dimensions[d].Minimum ?? 0;
            Offset += (read.Indices[d].Constant - shift) * layout.Strides[d];
            foreach (var term in read.Indices[d].Terms)
            {
                _strides.TryGetValue(term.Axis, out var stride);
                _strides[term.Axis] = stride + term.Coefficient * layout.Strides[d];
            }
        }
    }

    /// <summary>The tensor.</summary>
    public Value Value { get; }

    /// <summary>The read.</summary>
    public ScalarRead Read { get; }

    /// <summary>True where a copy is read in any case.</summary>
    public bool Copies { get; }

    /// <summary>The copy with a halo that is read instead; null where the tensor itself is.</summary>
    public Halo? Halo { get; }

    /// <summary>Where the element of index 0 lies.</summary>
    public long Offset { get; }

    /// <summary>Elements between neighbours along an axis; 0 where the factor does not depend on it.</summary>
    public long Stride(Axis axis) => _strides.TryGetValue(axis, out var stride) ? stride : 0;

    // The dimension in which an axis counts single elements; −1 for none.
    private int Dimension(Axis axis)
    {
        for (var d = 0; d < Read.Indices.Length; d++)
        {
            if (Read.Indices[d].CoefficientOf(axis) == 1)
                return d;
        }

        return -1;
    }

    /// <summary>True where the factor depends on the axis.</summary>
    public bool DependsOn(Axis axis) => Read.Indices.Any(i => i.CoefficientOf(axis) != 0);
}
