using System.Buffers.Binary;
using NetCompiler;

namespace Gallery.Data;

/// <summary>Sound of one channel in samples of 16 bits, as RIFF WAVE files hold it.</summary>
/// <param name="Samples">From −1 to 1.</param>
/// <param name="Rate">Samples a second.</param>
internal sealed record WaveFile(float[] Samples, int Rate)
{
    /// <summary>Reads a file from memory. What is piped out does not say how long it is: its last chunk then reaches to the end.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <exception cref="MalformedFileException">The file is damaged, or of another kind.</exception>
    public static WaveFile Decode(ReadOnlySpan<byte> bytes, string name)
    {
        if (bytes.Length < 12 || !bytes.StartsWith("RIFF"u8) || !bytes[8..].StartsWith("WAVE"u8))
            throw new MalformedFileException(name, "format", "RIFF WAVE", "something else");
        var rate = 0;
        for (var at = 12; at + 8 <= bytes.Length;)
        {
            var size = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(at + 4)..]);
            var chunk = bytes[(at + 8)..];
            var length = (int)Math.Min(size, (uint)chunk.Length);
            if (bytes[at..].StartsWith("fmt "u8))
            {
                if (length < 16)
                    throw new MalformedFileException(name, "fmt chunk", "16 bytes or more", $"{length} bytes");
                var (kind, channels) = (BinaryPrimitives.ReadUInt16LittleEndian(chunk), BinaryPrimitives.ReadUInt16LittleEndian(chunk[2..]));
                var bits = BinaryPrimitives.ReadUInt16LittleEndian(chunk[14..]);
                rate = BinaryPrimitives.ReadInt32LittleEndian(chunk[4..]);
                if ((kind, channels, bits) != (1, 1, 16) || rate is < 1_000 or > 200_000)
                    throw new MalformedFileException(name, "fmt chunk", "PCM, 1 channel, 16 bits", $"kind {kind}, {channels} channels, {bits} bits, {rate} Hz");
            }
            else if (bytes[at..].StartsWith("data"u8))
            {
                if (rate == 0)
                    throw new MalformedFileException(name, "data chunk", "one behind a fmt chunk", "one before it");
                var samples = new float[length / 2];
                for (var i = 0; i < samples.Length; i++)
                    samples[i] = BinaryPrimitives.ReadInt16LittleEndian(chunk[(2 * i)..]) / 32768f;
                return new WaveFile(samples, rate);
            }
            at += 8 + length + length % 2;
        }
        throw new MalformedFileException(name, "data chunk", "one", "none");
    }
}
