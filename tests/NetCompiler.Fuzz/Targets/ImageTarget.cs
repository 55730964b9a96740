using NetCompiler.Fuzz.Fuzzing;
using NetCompiler.Imaging;

namespace NetCompiler.Fuzz.Targets;

/// <summary>Pictures: read from a file and from memory, which have to agree.</summary>
public abstract class ImageTarget : IFuzzTarget
{
    private readonly ScratchFile _file;

    private protected ImageTarget(string name, IReadOnlyList<byte[]> seeds)
    {
        Name = name;
        Seeds = seeds;
        _file = new ScratchFile(Extension);
    }

    public string Name { get; }

    public string Extension => "." + Name;

    public IReadOnlyList<byte[]> Seeds { get; }

    public void Dispose()
    {
        _file.Dispose();
        GC.SuppressFinalize(this);
    }

    public abstract byte[] Mutate(byte[] seed, Mutator mutator);

    public long Read(byte[] data)
    {
        var (fromMemory, refusal) = Try(() => Image.Decode(data));
        // Files are opened and read in the same way, whatever is in them: one in some is enough.
        if (data.Length % 4 == 0)
        {
            _file.Write(data);
            var (fromFile, other) = Try(() => Image.Load(_file.Path));
            if (!(fromMemory is null ? Span<byte>.Empty : fromMemory.Pixels).SequenceEqual(fromFile is null ? [] : fromFile.Pixels))
            {
                throw new BrokenPromiseException(
                    $"from memory: {refusal?.Message ?? "an answer"}; from a file: {other?.Message ?? "an answer"}");
            }
        }

        if (refusal is not null)
            throw refusal;
        var image = fromMemory!;
        return image.Pixels.Length == (long)image.Width * image.Height * image.Channels
            ? image.Pixels.Length
            : throw new BrokenPromiseException($"{image.Pixels.Length} samples of {image}");
    }

    public bool IsRefusal(Exception exception) => exception is MalformedFileException;

    private static (Image? Image, MalformedFileException? Refusal) Try(Func<Image> read)
    {
        try
        {
            return (read(), null);
        }
        catch (MalformedFileException exception)
        {
            return (null, exception);
        }
    }
}
