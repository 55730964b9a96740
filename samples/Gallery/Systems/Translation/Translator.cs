using NetCompiler;
using static NetCompiler.Layers;

namespace Gallery.Systems.Translation;

/// <summary>
/// Encoder and decoder with attention (Sutskever et al., 2014; Bahdanau et al., 2015; scores as Luong et al., 2015): a bidirectional LSTM
/// reads the source, another writes, and looks at what was read anew for each character.
/// </summary>
[Network]
public sealed partial class Translator
{
    /// <summary>Characters of a source at most.</summary>
    public const int SourceLength = 48;

    /// <summary>Characters of a target at most, its end among them.</summary>
    public const int TargetLength = 11;

    /// <summary>How many characters there are.</summary>
    public const int Characters = 48;

    /// <summary>The scores of each next character, and where it looked: a row for each character written, a column for each read.</summary>
    [Forward]
    private static (Tensor Scores, Tensor Attention) Translate(
        [Shape(SourceLength, Type = ElementType.Int32)] Tensor source,
        [Shape(TargetLength, Type = ElementType.Int32)] Tensor written)
    {
        var read = Lstm(Embedding(source, Characters, 32), 64, returnSequences: true, bidirectional: true, name: "encoder");
        // What was read as a whole is at hand for each character; attention adds the place.
        var whole = Expand(Mean(read, [0]), [TargetLength, 128]);
        var states = Lstm(
            Concatenate([Embedding(written, Characters, 32), whole], axis: 1), 128, returnSequences: true, name: "decoder");
        var attention = Softmax(MatMul(Dense(states, 128, bias: false, name: "query"), Transpose(read)) * (1 / Math.Sqrt(128.0)));
        var seen = MatMul(attention, read);
        var mixed = Tanh(Dense(Concatenate([states, seen], axis: 1), 128, name: "mixture"));
        return (Dense(mixed, Characters, name: "score"), attention);
    }

    [Loss]
    private static Tensor Cost(Tensor scores, Tensor attention, [Labels, Shape(TargetLength)] Tensor next) =>
        -1.0 / TargetLength * Sum(LogSoftmax(scores) * OneHot(next, Characters));
}
