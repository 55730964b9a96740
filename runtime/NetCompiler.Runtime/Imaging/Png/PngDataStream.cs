using System.Buffers.Binary;

namespace NetCompiler.Imaging;

/// <summary>The data of a file's IDAT chunks, one after the other, without a copy. Their lengths have been checked.</summary>
/// <param name="file">The file, which has to stay where it is.</param>
/// <param name="length">Its length.</param>
/// <param name="start">Where the first of the chunks begins.</param>
/// <param name="end">Where the last one ends.</param>
internal sealed unsafe class PngDataStream(byte* file, int length, int start, int end) : Stream
{
    private int _next = start;
    private int _position;
    private int _rest;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        var bytes = new ReadOnlySpan<byte>(file, length);
        while (_rest == 0 && _next < end)
        {
            _position = _next + 8;
            _rest = (int)BinaryPrimitives.ReadUInt32BigEndian(bytes[_next..]);
            _next = _position + _rest + 4;
        }

        var count = Math.Min(buffer.Length, _rest);
        bytes.Slice(_position, count).CopyTo(buffer);
        _position += count;
        _rest -= count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
