using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;

namespace NetCompiler.Compiler.Ops.Recurrent;

/// <summary>
/// A graph that runs once for each step of sequences (N, T, …), with states (N, …) that each step hands to the next: recurrent networks.
/// Inputs: the first states, the sequences, what every step reads, and where sequences end early their lengths. Results: the last states, then what the steps have stacked up.
/// </summary>
/// <remarks>
/// The one operator that is no tensor expression: what it computes is its <see cref="Body"/>. Its gradient is a scan in the other
/// direction (<see cref="ScanGradient"/>).
/// </remarks>
public sealed class Scan : Operator
{
    private readonly ScanGradient? _gradient;

    /// <summary>A scan.</summary>
    public Scan(ScanBody body) => Body = body;

    internal Scan(ScanBody body, ScanGradient gradient)
    {
        Body = body;
        _gradient = gradient;
    }

    /// <summary>What it does at each step.</summary>
    public ScanBody Body { get; }

    /// <summary>The sequences that a node of this operator reads and writes.</summary>
    public IEnumerable<Value> Sequences(Node node) =>
        node.Inputs.Skip(Body.States.Length).Take(Body.Elements.Length).Concat(node.Results.Skip(Body.States.Length));

    /// <inheritdoc/>
    public override string ResultName(int result) => Body.Graph.Outputs[result].Name;

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context)
    {
        ImmutableArray<TensorType> expected =
        [
            .. Body.States.Select(v => v.Type), .. Body.Elements.Select(v => v.Type.Stacked(Body.Steps)), .. Body.Shared.Select(v => v.Type),
            .. Body.HasLengths ? context.Inputs.Skip(context.Inputs.Length - 1) : [],
        ];
        if (!expected.SequenceEqual(context.Inputs))
        {
            throw new InvalidOperationException(
                $"A scan over {string.Join(", ", expected)} reads {string.Join(", ", context.Inputs)}.");
        }

        return [.. Body.NextStates.Select(v => v.Type), .. Body.Stacked.Select(o => o.Value.Type.Stacked(Body.Steps))];
    }

    /// <summary>The lengths of a node's sequences; null where all have all steps.</summary>
    public Value? Lengths(Node node) => Body.HasLengths ? node.Inputs[node.Inputs.Length - 1] : null;

    /// <inheritdoc/>
    public override int? IntegerBound(OperatorContext context, int input) =>
        Body.HasLengths && input == context.Inputs.Length - 1 ? Body.Steps + 1 : null;

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context) =>
        throw new InvalidOperationException("A scan is no tensor expression; what it computes is its body.");

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient)
    {
        if (_gradient is null)
            throw new InvalidOperationException($"'{gradient.Node.Name}' keeps nothing for its gradient.");
        _gradient.Differentiate(gradient);
    }

    /// <summary>The scan that keeps what its gradient reads; its results begin with those of this one.</summary>
    /// <param name="needs">For each input, whether its gradient is wanted.</param>
    internal Scan WithGradient(ImmutableArray<bool> needs) => ScanGradient.Extend(Body, needs);
}
