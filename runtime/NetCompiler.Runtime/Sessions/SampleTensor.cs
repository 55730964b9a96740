using NetCompiler.Runtime;
using static System.FormattableString;

namespace NetCompiler;

/// <summary>
/// A tensor of a pass as its callers' buffers hold it: sample after sample. It checks those buffers, so that a wrong length is a
/// message and never a stray pointer.
/// </summary>
internal sealed class SampleTensor(Network network, TensorInfo info)
{
    /// <summary>Elements per sample: asked for in each call, so counted once.</summary>
    public int Length { get; } = info.Length;

    /// <summary>Bytes per sample.</summary>
    public int SizeInBytes { get; } = info.SizeInBytes;

    /// <summary>The number of samples in a buffer of so many elements.</summary>
    public int CountSamples(ElementType type, int length, string argument)
    {
        if (type != info.Type)
        {
            throw new InvalidOperationException(
                $"{network.Definition.Name}: element type of '{info.Name}': expected {info.Type}, found {type}.");
        }

        if (length % Length != 0)
        {
            throw new ArgumentException(
                Invariant($"{network.Definition.Name}: length of '{info.Name}': expected a multiple of {Length} ") +
                Invariant($"(one sample is {Shapes.ToText(info.Shape)}), found {length}."),
                argument);
        }

        return length / Length;
    }

    /// <summary>Complains unless all integers name something that is there: what is read at them lies in memory.</summary>
    public void CheckBound(ReadOnlySpan<int> values, string argument)
    {
        if (info.Bound == 0)
            return;
        for (var i = 0; i < values.Length; i++)
        {
            if ((uint)values[i] >= (uint)info.Bound)
            {
                throw new ArgumentOutOfRangeException(
                    argument,
                    Invariant($"{network.Definition.Name}: '{info.Name}' of sample {i / Length}, element {i % Length}: ") +
                    Invariant($"expected 0 to {info.Bound - 1}, found {values[i]}."));
            }
        }
    }

    /// <summary>Some samples of random values, always the same: floats and bytes over all of their range from 0 to 1 and to 255.</summary>
    /// <param name="samples">How many.</param>
    /// <param name="bound">For integers without a bound of their own, what they are less than.</param>
    public unsafe NativeArena CreateRandom(int samples, int bound = 1)
    {
        bound = info.Bound > 0 ? info.Bound : bound;
        var arena = new NativeArena((long)samples * SizeInBytes);
        var random = new RandomStream(0);
        for (nint i = 0; i < (nint)samples * Length; i++)
        {
            switch (info.Type)
            {
                case ElementType.UInt8:
                    arena.Pointer[i] = (byte)random.NextUInt64();
                    break;
                case ElementType.Int32:
                    ((int*)arena.Pointer)[i] = (int)(random.NextDouble() * bound);
                    break;
                default:
                    ((float*)arena.Pointer)[i] = (float)random.NextDouble();
                    break;
            }
        }

        return arena;
    }

    /// <summary>Makes sure that a buffer of so many elements has room for the samples.</summary>
    public void CheckRoom(int samples, int length, string argument)
    {
        var needed = (long)samples * Length;
        if (length < needed)
        {
            throw new ArgumentException(
                Invariant($"{network.Definition.Name}: length of '{info.Name}': expected at least {needed} ") +
                Invariant($"({samples} samples of {Shapes.ToText(info.Shape)}), found {length}."),
                argument);
        }
    }
}
