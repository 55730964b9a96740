using System.Globalization;

namespace NetCompiler.Training;

/// <summary>
/// A file of TensorFlow events: records of the protocol buffer <c>Event</c> (tensorflow/core/util/event.proto), of which this writes
/// the few fields that scalars need. The first record names the version.
/// </summary>
internal sealed class EventFile : IDisposable
{
    // Event: the time in seconds since 1970, the step, and one of the others.
    private const int WallTime = 1;
    private const int Step = 2;
    private const int FileVersion = 3;
    private const int Summary = 5;
    private const int SessionLog = 7;

    // Summary: values, each a tag and a number.
    private const int Value = 1;
    private const int Tag = 1;
    private const int SimpleValue = 2;

    // SessionLog: from this step on, what was written before is void.
    private const int Status = 1;
    private const long Start = 1;

    private readonly FileStream _file;

    private EventFile(FileStream file)
    {
        _file = file;
        var message = Begin();
        message.Bytes(FileVersion, "brain.Event:2"u8);
        Write(message);
        Flush();
    }

    /// <summary>Begins a new file, whose name sorts behind those that are there.</summary>
    /// <param name="folder">The run's folder; made if there is none.</param>
    public static EventFile Create(string folder)
    {
        Directory.CreateDirectory(folder);
        var seconds = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        for (var number = 0; ; number++)
        {
            var name = string.Create(
                CultureInfo.InvariantCulture,
                $"events.out.tfevents.{seconds:D10}.{Environment.MachineName}.{Environment.ProcessId}.{number}");
            var path = Path.Combine(folder, name);
            if (!File.Exists(path))
                return new EventFile(new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read));
        }
    }

    /// <summary>Writes a number.</summary>
    public void WriteScalar(string tag, float value, long step)
    {
        var scalar = new ProtocolMessage().Text(Tag, tag).Single(SimpleValue, value);
        Write(Begin().Varint(Step, step).Message(Summary, new ProtocolMessage().Message(Value, scalar)));
    }

    /// <summary>Says that a run goes on: what other files have for this step and later ones is void.</summary>
    public void WriteRestart(long step)
    {
        Write(Begin().Varint(Step, step).Message(SessionLog, new ProtocolMessage().Varint(Status, Start)));
    }

    /// <summary>Hands what was written to the operating system, so that TensorBoard sees it.</summary>
    public void Flush() => _file.Flush();

    public void Dispose() => _file.Dispose();

    private static ProtocolMessage Begin() => new ProtocolMessage().Double(WallTime, (DateTime.UtcNow - DateTime.UnixEpoch).TotalSeconds);

    private void Write(ProtocolMessage message) => RecordFile.Append(_file, message.Written);
}
