using System.Collections.Immutable;
using NetCompiler.Compiler.Kernels;

namespace NetCompiler.Compiler.Cpu;

/// <summary>
/// Weights as fixed-point numbers of 24 bits, with one scale for all that are summed to one result: three quarters of the memory, for what
/// has to come from afar for every single use.
/// </summary>
/// <remarks>
/// <para>
/// A weight is off by at most 2⁻²² of the largest weight of its sum, about what single precision itself rounds off when products are added
/// up; those of one magnitude with the largest keep all digits but the last one or two.
/// </para>
/// <para>
/// Four weights lie in three words, which are read as they are: the upper 24 bits of a word are one of the first three weights, the lowest
/// byte a third of the last one. It disturbs the weight above it by less than its last bit, and that is rounded with it in mind, so that
/// no instruction is needed to take it away. The last weight is put together from the three bytes, the lowest of them twice. All words are
/// signed integers on the same scale, 2³¹ for the largest weight.
/// </para>
/// </remarks>
internal static class FixedPoint
{
    /// <summary>Weights that lie together: for so many terms of a sum that follow each other.</summary>
    public const int Terms = 4;

    /// <summary>Words that they lie in.</summary>
    public const int Words = 3;

    /// <summary>The largest error of a weight, as a part of the largest weight that shares its scale.</summary>
    public const double Error = 1.0 / (1 << 22);

    // Lanes of vectors for which one instruction takes bytes of two registers.
    private const int PermutingLanes = 16;

    // The largest word. Rounding takes it up by less than what is left to 2³¹.
    private const double Largest = 2147483648.0 - 1024;

    // Weights all of which are smaller are as good as 0; the reciprocal of their scale would be infinite.
    private const double Smallest = 1e-20;

    // The byte of a word that holds a part of the last weight.
    private const int Byte = 0xFF;

    // Rounds to whole multiples of what lies above it.
    private const int Half = 0x80;

    // The last weight: its highest byte is in the first word, the next one in the second; and those of this with the byte in the third word.
    private const int HighBytes = 0x0400;
    private const int AllBytes = 0x3244;

    /// <summary>
    /// Instructions for each vector of weights besides its loads. Where a permutation takes bytes of one register only, each is three
    /// instructions with positions that come from memory, as sums and words leave no registers for them. With 256 bits the steps of an LSTM took
    /// longer with such weights from the third-level cache than with floats, which is what that number says.
    /// </summary>
    /// <param name="lanes">Lanes of a vector.</param>
    public static double Instructions(int lanes) => lanes >= PermutingLanes ? 1.5 : 5;

    /// <summary>The scale: what a word's unit stands for. Not a number where <paramref name="finite"/> is none.</summary>
    /// <param name="largest">The largest magnitude of the weights.</param>
    /// <param name="finite">0 where all of them are finite, else not a number.</param>
    public static Expression Scale(Expression largest, Expression finite) => new Binary(BinaryFunction.Add, finite,
        new Binary(BinaryFunction.Multiply, new Binary(BinaryFunction.Max, largest, Constant.Float(Smallest)), Constant.Float(1 / Largest)));

    /// <summary>Four weights, divided by their scale, as words.</summary>
    public static ImmutableArray<Expression> Encode(KernelBuilder builder, IEnumerable<Expression> scaled)
    {
        var integers = scaled.Select(w => builder.Let("integer", new Conversion(w, ScalarKind.I32))).ToArray();
        // Its lowest byte is going to be that above it.
        var last = Rounded(integers[Words], ByteOf(integers[Words], 1));
        return
        [
            .. Enumerable.Range(0, Words).Select(i =>
            {
                var low = ByteOf(last, 3 - i);
                return builder.Let("word", new Binary(BinaryFunction.Or,
                    new Binary(BinaryFunction.And, Rounded(integers[i], low), Constant.Int(~Byte)), low));
            }),
        ];

        // Rounded to the nearest number with this lowest byte, which is yet to be put there.
        Expression Rounded(Expression number, Expression low) => builder.Let("rounded", new Binary(BinaryFunction.Add,
            new Binary(BinaryFunction.Subtract, number, low), Constant.Int(Half)));

        Expression ByteOf(Expression number, int index) => builder.Let("byte", new Binary(BinaryFunction.And,
            new Binary(BinaryFunction.ShiftRightLogical, number, Constant.Int(8 * index)), Constant.Int(Byte)));
    }

    /// <summary>The four weights of three words, in units of their scale, lane by lane.</summary>
    public static ImmutableArray<Expression> Decode(KernelBuilder builder, ImmutableArray<Expression> words)
    {
        var last = builder.Let("last", new BytePermute(new BytePermute(words[0], words[1], HighBytes), words[2], AllBytes));
        return [.. words.Add(last).Select(w => builder.Let("w", new Conversion(w, ScalarKind.F32)))];
    }
}
