using System.Runtime.InteropServices;

namespace NetCompiler.Runtime;

/// <summary>
/// Floats that callers see through spans (parameters, gradients, predictions) and kernels through pointers: pinned memory of the
/// managed heap, so that a span keeps what it shows alive. Begins on <see cref="PassArguments.Alignment"/> bytes.
/// </summary>
public sealed unsafe class FloatArena
{
    private readonly float[] _storage;
    private readonly int _start;

    /// <summary>Allocates an arena of zeros.</summary>
    /// <param name="length">Number of floats.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is negative or beyond what an array holds.</exception>
    public FloatArena(int length)
    {
        const int Slack = PassArguments.Alignment / sizeof(float);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Array.MaxLength - Slack);
        Length = length;
        _storage = GC.AllocateArray<float>(length + Slack, pinned: true);
        var address = (nuint)Unsafe();
        _start = (int)((PassArguments.Alignment - address % PassArguments.Alignment) % PassArguments.Alignment / sizeof(float));
    }

    /// <summary>Number of floats.</summary>
    public int Length { get; }

    /// <summary>All values.</summary>
    public Span<float> Span => _storage.AsSpan(_start, Length);

    /// <summary>All values.</summary>
    public Memory<float> Memory => _storage.AsMemory(_start, Length);

    /// <summary>The first value. Valid while the arena is reachable.</summary>
    public float* Pointer => Unsafe() + _start;

    private float* Unsafe() => (float*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_storage));
}
