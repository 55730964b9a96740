using System.Runtime.InteropServices;
using NetCompiler.Runtime;

namespace NetCompiler.Training.Data;

/// <summary>
/// Room for a batch of samples: of each input and each target one sample after the other. Its memory stays where it is, so that networks
/// read it as it lies.
/// </summary>
public sealed class SampleBatch
{
    private readonly byte[][] _inputs;
    private readonly byte[][] _targets;
    private int _count;

    /// <summary>Makes room.</summary>
    /// <param name="inputs">The tensors that a sample's inputs are.</param>
    /// <param name="targets">The tensors that its targets are.</param>
    /// <param name="capacity">For how many samples, 1 or more.</param>
    public SampleBatch(IReadOnlyList<TensorInfo> inputs, IReadOnlyList<TensorInfo> targets, int capacity)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        (Inputs, Targets, Capacity) = (inputs, targets, capacity);
        (_inputs, _targets) = (Rooms(inputs, capacity), Rooms(targets, capacity));
    }

    /// <summary>Makes room for samples of a data set.</summary>
    /// <param name="data">The data set.</param>
    /// <param name="capacity">For how many samples, 1 or more.</param>
    public SampleBatch(IDataset data, int capacity)
        : this((data ?? throw new ArgumentNullException(nameof(data))).Inputs, data.Targets, capacity)
    {
    }

    /// <summary>The tensors that a sample's inputs are.</summary>
    public IReadOnlyList<TensorInfo> Inputs { get; }

    /// <summary>The tensors that a sample's targets are.</summary>
    public IReadOnlyList<TensorInfo> Targets { get; }

    /// <summary>The most samples that there is room for.</summary>
    public int Capacity { get; }

    /// <summary>How many samples are in it: whoever fills it says so.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no room for so many.</exception>
    public int Count
    {
        get => _count;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, Capacity);
            _count = value;
        }
    }

    /// <summary>An input of all samples in it, one after the other.</summary>
    /// <typeparam name="T">The type of its elements: byte, float or int.</typeparam>
    /// <param name="input">Which of <see cref="Inputs"/>.</param>
    /// <exception cref="NotSupportedException">Its elements are of another type.</exception>
    public Span<T> Input<T>(int input)
        where T : unmanaged => Values<T>(Inputs[input], _inputs[input])[..(Count * Inputs[input].Length)];

    /// <summary>A target of all samples in it, one after the other.</summary>
    /// <typeparam name="T">The type of its elements: byte, float or int.</typeparam>
    /// <param name="target">Which of <see cref="Targets"/>.</param>
    /// <exception cref="NotSupportedException">Its elements are of another type.</exception>
    public Span<T> Target<T>(int target)
        where T : unmanaged => Values<T>(Targets[target], _targets[target])[..(Count * Targets[target].Length)];

    /// <summary>An input of the sample at a place, whether that counts yet or not.</summary>
    /// <typeparam name="T">The type of its elements: byte, float or int.</typeparam>
    /// <param name="input">Which of <see cref="Inputs"/>.</param>
    /// <param name="place">From 0 to <see cref="Capacity"/> − 1.</param>
    /// <exception cref="NotSupportedException">Its elements are of another type.</exception>
    public Span<T> InputAt<T>(int input, int place)
        where T : unmanaged => Values<T>(Inputs[input], _inputs[input]).Slice(place * Inputs[input].Length, Inputs[input].Length);

    /// <summary>A target of the sample at a place, whether that counts yet or not.</summary>
    /// <typeparam name="T">The type of its elements: byte, float or int.</typeparam>
    /// <param name="target">Which of <see cref="Targets"/>.</param>
    /// <param name="place">From 0 to <see cref="Capacity"/> − 1.</param>
    /// <exception cref="NotSupportedException">Its elements are of another type.</exception>
    public Span<T> TargetAt<T>(int target, int place)
        where T : unmanaged => Values<T>(Targets[target], _targets[target]).Slice(place * Targets[target].Length, Targets[target].Length);

    /// <summary>Copies samples of another batch of the same tensors.</summary>
    /// <param name="source">The other batch.</param>
    /// <param name="from">The place of the first sample there.</param>
    /// <param name="first">The place of the first sample here.</param>
    /// <param name="count">How many samples.</param>
    public void CopyFrom(SampleBatch source, int from, int first, int count)
    {
        ArgumentNullException.ThrowIfNull(source);
        for (var i = 0; i < _inputs.Length; i++)
            CopyInputFrom(source, i, from, first, count);
        CopyTargetsFrom(source, from, first, count);
    }

    /// <summary>The bytes of an input and of all samples in it.</summary>
    internal ReadOnlySpan<byte> InputBytes(int input) => _inputs[input].AsSpan(0, Count * Inputs[input].SizeInBytes);

    /// <summary>The bytes of a target and of all samples in it.</summary>
    internal ReadOnlySpan<byte> TargetBytes(int target) => _targets[target].AsSpan(0, Count * Targets[target].SizeInBytes);

    internal void CopyInputFrom(SampleBatch source, int input, int from, int first, int count) =>
        Copy(source._inputs[input], _inputs[input], source.Inputs[input], Inputs[input], from, first, count);

    internal void CopyTargetsFrom(SampleBatch source, int from, int first, int count)
    {
        for (var i = 0; i < _targets.Length; i++)
            Copy(source._targets[i], _targets[i], source.Targets[i], Targets[i], from, first, count);
    }

    /// <summary>Copies one sample of an array to a place.</summary>
    internal void PutInput(int input, int place, SampleArray source, int index) =>
        Put(_inputs[input], Inputs[input], place, source, index);

    /// <summary>Copies one sample of an array to a place.</summary>
    internal void PutTarget(int target, int place, SampleArray source, int index) =>
        Put(_targets[target], Targets[target], place, source, index);

    /// <summary>An input of all samples in it, for a network to read.</summary>
    internal TensorBuffer InputBuffer(int input) => Buffer(Inputs[input], _inputs[input]);

    /// <summary>A target of all samples in it, for a network to read.</summary>
    internal TensorBuffer TargetBuffer(int target) => Buffer(Targets[target], _targets[target]);

    private static byte[][] Rooms(IReadOnlyList<TensorInfo> tensors, int capacity) =>
        [.. tensors.Select(t => GC.AllocateArray<byte>(checked(capacity * t.SizeInBytes), pinned: true))];

    private static void Put(byte[] room, TensorInfo wanted, int place, SampleArray source, int index)
    {
        Require(source.Tensor, wanted);
        source.Sample(index).CopyTo(room.AsSpan(place * wanted.SizeInBytes, wanted.SizeInBytes));
    }

    private static void Copy(byte[] source, byte[] destination, TensorInfo given, TensorInfo wanted, int from, int first, int count)
    {
        Require(given, wanted);
        var size = wanted.SizeInBytes;
        source.AsSpan(from * size, count * size).CopyTo(destination.AsSpan(first * size, count * size));
    }

    private static void Require(TensorInfo given, TensorInfo wanted)
    {
        if (given.Type != wanted.Type || given.Length != wanted.Length)
        {
            throw new ArgumentException(
                $"'{wanted.Name}': expected samples of {wanted.Describe()}, found '{given.Name}' of {given.Describe()}.", nameof(given));
        }
    }

    private static Span<T> Values<T>(TensorInfo tensor, byte[] room)
        where T : unmanaged
    {
        if (tensor.Type != TensorElements.TypeOf<T>())
            throw new NotSupportedException($"'{tensor.Name}' consists of {tensor.Type}, not of {TensorElements.TypeOf<T>()}.");
        return MemoryMarshal.Cast<byte, T>(room.AsSpan());
    }

    private unsafe TensorBuffer Buffer(TensorInfo tensor, byte[] room) =>
        new(System.Runtime.CompilerServices.Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(room)), Count * tensor.Length, tensor.Type);
}
