using NetCompiler;
using static NetCompiler.Layers;

namespace Gallery.Systems.Recurrent;

/// <summary>What models of characters have in common: 64 characters in a row, and which one comes behind each.</summary>
internal static class CharacterModel
{
    public const int Steps = 64;
    public const int Characters = 65;
    public const int Units = 128;
    public const int Width = 24;

    public static Tensor Embed(Tensor text) => Embedding(text, Characters, Width, name: "embedding");

    public static Tensor Score(Tensor states) => Dense(states, Characters, name: "score");

    /// <summary>Nats a character.</summary>
    public static Tensor Nats(Tensor scores, Tensor next) => -1.0 / Steps * Sum(LogSoftmax(scores) * OneHot(next, Characters));
}

/// <summary>A character model with long short-term memory (Hochreiter and Schmidhuber, 1997).</summary>
[Network]
public sealed partial class LstmCharacters
{
    [Forward]
    private static (Tensor Scores, Tensor States) Read([Shape(CharacterModel.Steps, Type = ElementType.Int32)] Tensor text)
    {
        var memory = Lstm(CharacterModel.Embed(text), CharacterModel.Units, returnSequences: true);
        return (CharacterModel.Score(memory), memory);
    }

    [Loss]
    private static Tensor Cost(Tensor scores, Tensor states, [Labels, Shape(CharacterModel.Steps)] Tensor next) =>
        CharacterModel.Nats(scores, next);
}

/// <summary>The same with gated recurrent units (Cho et al., 2014).</summary>
[Network]
public sealed partial class GruCharacters
{
    [Forward]
    private static Tensor Read([Shape(CharacterModel.Steps, Type = ElementType.Int32)] Tensor text) =>
        CharacterModel.Score(Gru(CharacterModel.Embed(text), CharacterModel.Units, returnSequences: true));

    [Loss]
    private static Tensor Cost(Tensor scores, [Labels, Shape(CharacterModel.Steps)] Tensor next) =>
        CharacterModel.Nats(scores, next);
}

/// <summary>The same with a simple recurrent layer (Elman, 1990).</summary>
[Network]
public sealed partial class RnnCharacters
{
    [Forward]
    private static Tensor Read([Shape(CharacterModel.Steps, Type = ElementType.Int32)] Tensor text) =>
        CharacterModel.Score(Rnn(CharacterModel.Embed(text), CharacterModel.Units, returnSequences: true));

    [Loss]
    private static Tensor Cost(Tensor scores, [Labels, Shape(CharacterModel.Steps)] Tensor next) =>
        CharacterModel.Nats(scores, next);
}

/// <summary>
/// One step of the LSTM, written out: gates that look at the character and at the state, and the cell that they guard. It is given the
/// trained weights, and hands out what happens within.
/// </summary>
[Network]
public sealed partial class LstmStep
{
    [Forward]
    private static (Tensor Scores, Tensor NextState, Tensor NextCell, Tensor Input, Tensor Forget, Tensor Output) Step(
        [Shape(1, Type = ElementType.Int32)] Tensor character,
        [Shape(CharacterModel.Units)] Tensor state,
        [Shape(CharacterModel.Units)] Tensor cell)
    {
        const int Units = CharacterModel.Units;
        var seen = Reshape(CharacterModel.Embed(character), [CharacterModel.Width]);
        var gates = Dense(seen, 4 * Units, name: "ih") + Dense(state, 4 * Units, name: "hh");
        var input = Sigmoid(Slice(gates, 0, Units));
        var forget = Sigmoid(Slice(gates, Units, Units));
        var candidate = Tanh(Slice(gates, 2 * Units, Units));
        var output = Sigmoid(Slice(gates, 3 * Units, Units));
        var next = forget * cell + input * candidate;
        var shown = output * Tanh(next);
        return (CharacterModel.Score(shown), shown, next, input, forget, output);
    }
}

/// <summary>A sentence read from both ends (Schuster and Paliwal, 1997), and whether it is for or against a film.</summary>
[Network]
public sealed partial class BidirectionalReviews
{
    [Forward]
    private static Tensor Classify([Shape(56, Type = ElementType.Int32)] Tensor words)
    {
        var embedded = Dropout(Embedding(words, vocabulary: 10_000, width: 48, paddingIndex: 0), 0.4);
        var states = Lstm(embedded, 40, returnSequences: true, bidirectional: true);
        return Dense(Dropout(Reshape(Max(states, [0]), [80]), 0.5), 2);
    }

    [Loss]
    private static Tensor Cost(Tensor scores, [Labels] Tensor labels) => CrossEntropy(scores, labels);
}
