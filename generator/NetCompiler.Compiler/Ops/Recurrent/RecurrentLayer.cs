using System.Collections.Immutable;
using NetCompiler.Compiler.Diagnostics;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops.Recurrent;

/// <summary>
/// Layers that go through a sequence (N, T, F) step by step with a state: <see cref="RnnLayer"/>, <see cref="LstmLayer"/>,
/// <see cref="GruLayer"/>. The result is the last state (N, units), or with ReturnSequences the states of all steps (N, T, units);
/// with Bidirectional those of two cells, of which the second begins at the end, behind one another: (…, 2 · units).
/// </summary>
/// <remarks>
/// Parameters have PyTorch's names, shapes and order: weight_ih_l0 (gates · units, F), weight_hh_l0 (gates · units, units), bias_ih_l0
/// and bias_hh_l0 (gates · units), and those of the second direction with "_reverse". All begin as PyTorch has them begin, uniform in
/// ±1/√units. The first state is zero. With lengths (N) each sample is a sequence of its own length, as PyTorch's packed sequences are:
/// its last state is that at its last step, at which the second direction begins, and the states of steps that it does not have are 0.
/// </remarks>
public abstract class RecurrentLayer : Layer
{
    /// <summary>The tensor that says how long sequences are.</summary>
    protected const string Lengths = "Lengths";

    /// <summary>What all recurrent layers take.</summary>
    protected static ImmutableArray<SignatureParameter> Parameters { get; } =
    [
        new("Units", ArgumentKind.Int), new("ReturnSequences", ArgumentKind.Bool, false), new("Bidirectional", ArgumentKind.Bool, false),
    ];

    /// <summary>The gates, in the order of the parameters.</summary>
    protected abstract ImmutableArray<string> Gates { get; }

    /// <summary>The states; the first is what the layer returns.</summary>
    protected abstract ImmutableArray<string> States { get; }

    /// <inheritdoc/>
    public override bool TakesIntegers(int input) => input == 1;

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder)
    {
        var type = builder.Input.Type;
        if (type.Rank != 3)
            throw builder.Error(Rules.SequenceNeeded, null, builder.Label, type.ToShapeText());
        if (builder.OptionalInput is { } lengths)
            builder.RequireLengths(lengths);
        var units = builder.Int("Units", 1);
        if (!builder.Bool("Bidirectional"))
            return Direction(builder, units, isReverse: false, "");
        var forward = Direction(builder, units, isReverse: false, "forward");
        var backward = Direction(builder, units, isReverse: true, "backward");
        var axis = Attributes.Empty.With("axis", forward.Type.Rank - 1);
        return builder.Add(Concatenate.Instance, "", [forward, backward], axis).Result;
    }

    /// <summary>One step of the cell: the next states.</summary>
    protected abstract ImmutableArray<Value> Step(RecurrentCell cell, LayerBuilder builder);

    private Value Direction(LayerBuilder builder, int units, bool isReverse, string suffix)
    {
        var (ending, dot) = (isReverse ? "_l0_reverse" : "_l0", suffix.Length == 0 ? "" : ".");
        var type = builder.Input.Type;
        ImmutableArray<Value> parameters =
        [
            Parameter("weight_ih", type.Shape[2]), Parameter("weight_hh", units), Parameter("bias_ih"), Parameter("bias_hh"),
        ];
        var first = TensorType.Float(Dimension.Batch, units);
        var graph = new Graph();
        ImmutableArray<Value> states = [.. States.Select(state => graph.AddInput(state, first))];
        var x = graph.AddInput("x", type.AtStep());
        var steps = type.Shape[1].Size;
        var mask = builder.OptionalInput is { } lengths
            ? builder.Add(StepMask.Instance, $"{suffix}{dot}steps", [lengths], StepMask.Of(steps)).Result : null;
        var exists = mask is null ? null : graph.AddInput("exists", mask.Type.AtStep());
        var inside = parameters.Select(v => graph.AddInput(v.Name, v.Type)).ToImmutableArray();
        var next = Step(new RecurrentCell(graph, x, states, Gates.Length, inside), builder);
        for (var i = 0; i < next.Length; i++)
        {
            graph.AddOutput(States[i], exists is null
                ? next[i] : graph.Add(Where.Instance, $"{States[i]}.kept", [exists, next[i], states[i]]).Result);
        }

        var returnsSequences = builder.Bool("ReturnSequences");
        if (returnsSequences)
            graph.AddOutput("sequence", exists is null ? next[0] : graph.Add(Multiply.Instance, "sequence", [next[0], exists]).Result);

        ImmutableArray<Value> zeros =
            [.. States.Select(state => builder.Add(Zeros.Instance, $"{suffix}{dot}{state}.first", [], Zeros.Of(first)).Result)];
        var body = new ScanBody(graph, States.Length, mask is null ? 1 : 2, steps, isReverse, mask is not null);
        var scan = builder.Add(new Scan(body), suffix,
            [.. zeros, builder.Input, .. Given(mask), .. parameters, .. Given(builder.OptionalInput)]);
        return returnsSequences ? scan.Results[States.Length] : scan.Result;

        static ImmutableArray<Value> Given(Value? value) => value is null ? [] : [value];

        // √(6 / (3 · units + 3 · units)) = 1/√units.
        Value Parameter(string name, params ImmutableArray<Dimension> inputs) => builder.AddParameter(
            name + ending, [Gates.Length * units, .. inputs], ParameterInitializer.Uniform, fanIn: 3 * units, fanOut: 3 * units);
    }
}
