using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Ops.Recurrent;

namespace NetCompiler.Compiler.Language;

/// <summary>
/// How many rows of a network's input one element of a value sees: for an image those of its height, for a sequence its time steps, for
/// a vector its elements.
/// Follows the indices of the tensor expressions, whatever operators they belong to.
/// </summary>
internal static class ReceptiveFields
{
    /// <summary>The receptive field of each value that depends on the network's input.</summary>
    public static Dictionary<Value, int> Of(NetworkModel model)
    {
        var fields = new Dictionary<Value, Field>();
        var rows = 1;
        foreach (var input in model.Graph.Inputs)
        {
            var type = input.Type;
            var own = type.Rank < 2 ? 1 : type.Shape[type.Rank == 2 ? 1 : RowDimension(type.Rank)].Size;
            fields[input] = new Field(1, 1, own, type.Rank > 2);
            // A target has no part in what layers see.
            if (input != model.Loss?.Target)
                rows = Math.Max(rows, own);
        }

        foreach (var node in model.Graph.Nodes)
            Follow(node, fields, rows);
        return fields.ToDictionary(pair => pair.Key, pair => pair.Value.Rows);
    }

    // Images are (N, C, H, W), sequences (N, T, F).
    private static int RowDimension(int rank) => rank == 4 ? 2 : 1;

    private static void Follow(Node node, Dictionary<Value, Field> fields, int rows)
    {
        if (node.Operator is Scan)
        {
            // The state remembers all that came before it.
            if (node.Inputs.Any(fields.ContainsKey))
            {
                foreach (var result in node.Results)
                    fields[result] = new Field(rows, 1, rows, HasRows: false);
            }

            return;
        }

        // What definitions read: the node's inputs, then earlier definitions.
        var sources = node.Inputs.Select(v => fields.TryGetValue(v, out var field) ? field : (Field?)null).ToList();
        foreach (var definition in node.Definition.Definitions)
            sources.Add(Follow(definition, sources, rows));
        for (var i = 0; i < node.Results.Length; i++)
        {
            if (sources[sources.Count - node.Results.Length + i] is { } field)
                fields[node.Results[i]] = field;
        }
    }

    private static Field? Follow(TensorDefinition definition, List<Field?> sources, int rows)
    {
        var rank = definition.Target.Length;
        var own = new HashSet<Axis>(definition.Axes);
        Field? result = null;
        foreach (var read in definition.Body.Reads())
        {
            if (sources[read.Source] is not { } source)
                continue;
            var field = source.HasRows && read.Indices.Length > 2
                ? source.Window(read.Indices[RowDimension(read.Indices.Length)], own, rank > 2 ? definition.Target[RowDimension(rank)] : null, rows)
                : source.Gather(read.Indices, own);
            field = field with { HasRows = rank > 2 };
            result = result is { } known ? known.Union(field) : field;
        }

        return result;
    }

    /// <summary>What is known of a value.</summary>
    /// <param name="Rows">Rows that one element sees.</param>
    /// <param name="Step">Rows that the field moves by from one row of the value to the next.</param>
    /// <param name="All">Rows that all elements see together.</param>
    /// <param name="HasRows">True for images and sequences, whose rows see different rows.</param>
    private readonly record struct Field(int Rows, int Step, int All, bool HasRows)
    {
        /// <summary>The field of a value that reads this one's rows at <paramref name="index"/>.</summary>
        public Field Window(IndexExpression index, HashSet<Axis> own, IndexExpression? row, int rows)
        {
            if (index.Divisor != 1)
                return this with { Rows = All };
            var span = index.Terms.Where(t => !own.Contains(t.Axis)).Sum(t => (long)Math.Abs(t.Coefficient) * (t.Axis.Extent.Size - 1));
            var seen = (int)Math.Min(All, Rows + Step * span);
            var step = row is { Terms.Length: 1, Divisor: 1 } ? index.CoefficientOf(row.Terms[0].Axis) : 0;
            return new Field(seen, (int)Math.Min(rows, (long)Step * Math.Abs(step)), All, HasRows);
        }

        /// <summary>The field of a value that reads elements of this vector: one, or, where it sums, all of them.</summary>
        public Field Gather(ImmutableArray<IndexExpression> indices, HashSet<Axis> own) =>
            indices.SelectMany(i => i.Terms).Any(t => !own.Contains(t.Axis)) ? this with { Rows = All } : this;

        /// <summary>The field of a value that reads two others.</summary>
        public Field Union(Field other) =>
            new(Math.Max(Rows, other.Rows), Math.Max(Step, other.Step), Math.Max(All, other.All), HasRows);
    }
}
