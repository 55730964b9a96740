using System.Buffers.Binary;
using NetCompiler.Data;
using NetCompiler.Fuzz.Fuzzing;
using NetCompiler.Runtime;

namespace NetCompiler.Fuzz.Targets;

/// <summary>Pictures and labels in MNIST's format, plain and packed. Each file is read as both.</summary>
public sealed class IdxTarget : IFuzzTarget
{
    private readonly ScratchFile _file = new(".idx");

    public IdxTarget()
    {
        var images = Create(2051, [12, 9, 7], 12 * 9 * 7);
        var labels = Create(2049, [100], 100);
        // Noise has room for a thousand times of it, as far as its length packed can tell; zeros really are a thousand times of that.
        var noise = Create(2051, [60, 28, 28], 60 * 28 * 28);
        var zeros = Create(2051, [300, 28, 28], 300 * 28 * 28);
        zeros.AsSpan(16).Clear();
        Seeds =
        [
            images, labels, Create(2051, [0, 28, 28], 0),
            Gzip.Pack(images), Gzip.Pack(labels), Gzip.Pack(noise), Gzip.Pack(zeros),
        ];
    }

    public string Name => "idx";

    public string Extension => ".idx";

    public IReadOnlyList<byte[]> Seeds { get; }

    public void Dispose() => _file.Dispose();

    public byte[] Mutate(byte[] seed, Mutator mutator)
    {
        // Half of what is packed is damaged inside, so that its checksum is right.
        if (IsPacked(seed) && mutator.OneIn(2))
            return Gzip.Pack(MutatePlain(Gzip.Unpack(seed), mutator));
        return IsPacked(seed) ? mutator.Mutate(seed) : MutatePlain(seed, mutator);
    }

    public long Read(byte[] data)
    {
        _file.Write(data);
        MalformedFileException refusal;
        try
        {
            var (pixels, count, rows, columns) = IdxReader.ReadImages(_file.Path);
            if (pixels.Length != (long)count * rows * columns)
                throw new BrokenPromiseException($"{count} × {rows} × {columns} pictures in {pixels.Length} bytes");
            return pixels.Length;
        }
        catch (MalformedFileException exception)
        {
            refusal = exception;
        }

        try
        {
            return sizeof(int) * (long)IdxReader.ReadLabels(_file.Path).Length;
        }
        catch (MalformedFileException)
        {
            throw refusal;
        }
    }

    public bool IsRefusal(Exception exception) => exception is MalformedFileException;

    private static bool IsPacked(byte[] data) => data is [0x1f, 0x8b, ..];

    /// <summary>Damages the dimensions in half of the cases, and lets the data fit them in half of these.</summary>
    private static byte[] MutatePlain(byte[] data, Mutator mutator)
    {
        if (mutator.OneIn(2) || data.Length < 8)
            return mutator.Mutate(data);
        var copy = data.ToArray();
        var dimensions = Math.Min(copy[3], (copy.Length - 4) / 4);
        var at = 4 + 4 * mutator.Next(dimensions);
        var old = BinaryPrimitives.ReadInt32BigEndian(copy.AsSpan(at));
        var extent = mutator.OneIn(2) ? old + mutator.Next(9) - 4 : (int)mutator.Pick(Mutator.Extremes);
        BinaryPrimitives.WriteInt32BigEndian(copy.AsSpan(at), extent);
        var length = 4L + 4 * dimensions;
        var product = 1L;
        for (var i = 0; i < dimensions; i++)
            product *= Math.Clamp(BinaryPrimitives.ReadInt32BigEndian(copy.AsSpan(4 + 4 * i)), 0, 4096);
        if (mutator.OneIn(2) && length + product < 1 << 20)
            Array.Resize(ref copy, (int)(length + product));
        return copy;
    }

    private static byte[] Create(int magic, int[] extents, int length)
    {
        var bytes = new byte[4 + 4 * extents.Length + length];
        BinaryPrimitives.WriteInt32BigEndian(bytes, magic);
        for (var i = 0; i < extents.Length; i++)
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4 + 4 * i), extents[i]);
        var random = new RandomStream(1);
        foreach (ref var value in bytes.AsSpan(4 + 4 * extents.Length))
            value = (byte)random.NextUInt64();
        return bytes;
    }
}
