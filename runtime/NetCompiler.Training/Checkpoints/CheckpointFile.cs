using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using NetCompiler.Runtime;

namespace NetCompiler.Training;

/// <summary>
/// Checkpoints as files. All numbers are little-endian: the magic, the version (int32), the length of the payload (int64), the payload,
/// and the SHA-256 of everything before it. The payload holds the fields in the order in which <see cref="Read"/> reads them; texts
/// are UTF-8 after their length, arrays of floats come after their count.
/// </summary>
internal static class CheckpointFile
{
    private const int Version = 3;
    private const int HeaderBytes = 8 + 4 + 8;
    private const int MostStates = 1000;
    private const int EpochBytes = 4 + 4 * 8 + 4 + 8 + 8 + 4 + 4;
    private const int MostMetrics = 1000;

    private static ReadOnlySpan<byte> Magic => "NCCKPT\r\n"u8;

    /// <summary>Writes a checkpoint.</summary>
    /// <param name="path">The file.</param>
    /// <param name="checkpoint">The run's state, but for that of callbacks.</param>
    /// <param name="callbacks">The run's callbacks, whose states are written from where they are.</param>
    public static void Write(string path, Checkpoint checkpoint, IReadOnlyList<IFitCallback> callbacks) =>
        AtomicFile.Write(
            path,
            stream =>
            {
                using var fields = new MemoryStream();
                using (var writer = new BinaryWriter(fields, Encoding.UTF8, leaveOpen: true))
                    WriteFields(writer, checkpoint);
                var payload = fields.Length + FloatsBytes(checkpoint.Parameters) + FloatsBytes(checkpoint.Slots) + StatesBytes(callbacks);

                using var hash = SHA256.Create();
                using (var hashing = new CryptoStream(stream, hash, CryptoStreamMode.Write, leaveOpen: true))
                using (var writer = new BinaryWriter(hashing, Encoding.UTF8, leaveOpen: true))
                {
                    writer.Write(Magic);
                    writer.Write(Version);
                    writer.Write(payload);
                    writer.Write(fields.GetBuffer().AsSpan(0, (int)fields.Length));
                    WriteFloats(writer, checkpoint.Parameters);
                    WriteFloats(writer, checkpoint.Slots);
                    WriteStates(writer, callbacks);
                }
                stream.Write(hash.Hash!);
            });

    /// <summary>Reads a checkpoint.</summary>
    /// <param name="path">The file.</param>
    /// <param name="run">The run that is to go on; the checkpoint has to be of the same.</param>
    /// <param name="stepsPerEpoch">Steps of the run's epochs.</param>
    /// <exception cref="MalformedFileException">The file is damaged, foreign, or of another run.</exception>
    public static Checkpoint Read(string path, RunDescription run, int stepsPerEpoch)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        CheckFrame(path, file);
        file.Position = HeaderBytes;
        var reader = new FieldReader(path, file, file.Length - SHA256.HashSizeInBytes);

        reader.Expect("network", run.Network, reader.ReadText("network"));
        reader.Expect("seed", run.Seed, (ulong)reader.ReadInt64("seed"));
        reader.Expect("shuffle", run.Shuffle ? 1 : 0, reader.ReadInt32("shuffle"));
        reader.Expect("batch size", run.BatchSize, reader.ReadInt32("batch size"));
        reader.Expect("accumulation steps", run.AccumulationSteps, reader.ReadInt32("accumulation steps"));
        reader.Expect("training samples", run.Samples, reader.ReadInt32("training samples"));
        reader.Expect("training data", run.Data, reader.ReadText("training data"));
        reader.Expect("optimizer", run.Optimizer, reader.ReadText("optimizer"));
        reader.Expect("optimizer slots", run.SlotCount, reader.ReadInt32("optimizer slots"));

        var epoch = reader.ReadInt32("epoch", 0, int.MaxValue);
        var step = reader.ReadInt32("step in epoch", 0, stepsPerEpoch);
        var loss = new RunningMean(reader.ReadDouble("loss sum"), reader.ReadInt64("loss count"));
        var accuracy = new RunningMean(reader.ReadDouble("accuracy sum"), reader.ReadInt64("accuracy count"));
        var norm = new RunningMean(reader.ReadDouble("gradient norm sum"), reader.ReadInt64("gradient norm count"));
        var seconds = reader.ReadDouble("seconds");
        var history = ReadHistory(reader, epoch);
        var parameters = reader.ReadFloats("parameters", run.ParameterCount);
        var slots = reader.ReadFloats("optimizer state", checked(run.ParameterCount * run.SlotCount));
        var states = ReadStates(reader);
        reader.Expect("end of payload", 0L, reader.Remaining);
        return new Checkpoint
        {
            Run = run,
            Epoch = epoch,
            StepInEpoch = step,
            Loss = loss,
            Accuracy = accuracy,
            GradientNorm = norm,
            Seconds = seconds,
            History = history,
            Parameters = parameters,
            Slots = slots,
            States = states,
        };
    }

    /// <summary>Magic, version, length, hash: the file is one of ours, whole, and as it was written.</summary>
    private static void CheckFrame(string path, FileStream file)
    {
        var reader = new FieldReader(path, file, file.Length);
        Span<byte> magic = stackalloc byte[Magic.Length];
        reader.ReadBytes("magic", magic);
        if (!magic.SequenceEqual(Magic))
            throw new MalformedFileException(path, "magic", Convert.ToHexString(Magic), Convert.ToHexString(magic));
        reader.Expect("version", Version, reader.ReadInt32("version"));
        reader.Expect("payload length", file.Length - HeaderBytes - SHA256.HashSizeInBytes, reader.ReadInt64("payload length"));

        file.Position = 0;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 16];
        for (var left = file.Length - SHA256.HashSizeInBytes; left > 0;)
        {
            var part = buffer.AsSpan(0, (int)Math.Min(left, buffer.Length));
            file.ReadExactly(part);
            hash.AppendData(part);
            left -= part.Length;
        }
        var trailer = new byte[SHA256.HashSizeInBytes];
        file.ReadExactly(trailer);
        var computed = hash.GetHashAndReset();
        if (!computed.AsSpan().SequenceEqual(trailer))
            throw new MalformedFileException(path, "SHA-256", Convert.ToHexStringLower(computed), Convert.ToHexStringLower(trailer));
    }

    private static void WriteFields(BinaryWriter writer, Checkpoint checkpoint)
    {
        var run = checkpoint.Run;
        WriteText(writer, run.Network);
        writer.Write(run.Seed);
        writer.Write(run.Shuffle ? 1 : 0);
        writer.Write(run.BatchSize);
        writer.Write(run.AccumulationSteps);
        writer.Write(run.Samples);
        WriteText(writer, run.Data);
        WriteText(writer, run.Optimizer);
        writer.Write(run.SlotCount);

        writer.Write(checkpoint.Epoch);
        writer.Write(checkpoint.StepInEpoch);
        writer.Write(checkpoint.Loss.Sum);
        writer.Write(checkpoint.Loss.Count);
        writer.Write(checkpoint.Accuracy.Sum);
        writer.Write(checkpoint.Accuracy.Count);
        writer.Write(checkpoint.GradientNorm.Sum);
        writer.Write(checkpoint.GradientNorm.Count);
        writer.Write(checkpoint.Seconds);

        writer.Write(checkpoint.History.Count);
        foreach (var epoch in checkpoint.History)
        {
            writer.Write(epoch.Epoch);
            writer.Write(epoch.Loss);
            writer.Write(epoch.Accuracy);
            writer.Write(epoch.ValidationLoss);
            writer.Write(epoch.ValidationAccuracy);
            writer.Write(epoch.LearningRate);
            writer.Write(epoch.Seconds);
            writer.Write(epoch.GradientNorm);
            writer.Write(epoch.Samples);
            writer.Write(epoch.ValidationMetrics.Count);
            foreach (var (name, value) in epoch.ValidationMetrics)
            {
                WriteText(writer, name);
                writer.Write(value);
            }
        }
    }

    private static List<EpochResult> ReadHistory(FieldReader reader, int epochs)
    {
        var count = reader.ReadInt32("history length", 0, epochs);
        if (reader.Remaining / EpochBytes < count)
            throw reader.Malformed("history length", $"at most {reader.Remaining / EpochBytes}, for which there is room", count);
        var history = new List<EpochResult>(count);
        for (var i = 0; i < count; i++)
        {
            history.Add(new EpochResult(
                reader.ReadInt32("history epoch", 1, epochs),
                reader.ReadDouble("history loss"),
                reader.ReadDouble("history accuracy"),
                reader.ReadDouble("history validation loss"),
                reader.ReadDouble("history validation accuracy"),
                reader.ReadSingle("history learning rate"),
                reader.ReadDouble("history seconds"))
            {
                GradientNorm = reader.ReadDouble("history gradient norm"),
                Samples = reader.ReadInt32("history samples", 0, int.MaxValue),
                ValidationMetrics = ReadMetrics(reader),
            });
        }
        return history;
    }

    private static MetricValues ReadMetrics(FieldReader reader)
    {
        var count = reader.ReadInt32("history metrics", 0, MostMetrics);
        if (count == 0)
            return MetricValues.None;
        var values = new KeyValuePair<string, double>[count];
        for (var i = 0; i < count; i++)
            values[i] = KeyValuePair.Create(reader.ReadText("history metric name"), reader.ReadDouble("history metric"));
        return new MetricValues(values);
    }

    private static List<(string Name, byte[] State)> ReadStates(FieldReader reader)
    {
        var count = reader.ReadInt32("callback states", 0, MostStates);
        var states = new List<(string, byte[])>(count);
        for (var i = 0; i < count; i++)
            states.Add((reader.ReadText("callback name"), reader.ReadBlock("callback state")));
        return states;
    }

    private static void WriteStates(BinaryWriter writer, IReadOnlyList<IFitCallback> callbacks)
    {
        writer.Write(callbacks.Count(c => c.StateName is not null));
        foreach (var callback in callbacks)
        {
            if (callback.StateName is not { } name)
                continue;
            WriteText(writer, name);
            writer.Write((long)callback.State.Length);
            writer.Write(callback.State);
        }
    }

    private static long StatesBytes(IReadOnlyList<IFitCallback> callbacks)
    {
        long bytes = sizeof(int);
        foreach (var callback in callbacks)
        {
            if (callback.StateName is { } name)
                bytes += sizeof(int) + Encoding.UTF8.GetByteCount(name) + sizeof(long) + callback.State.Length;
        }
        return bytes;
    }

    private static void WriteText(BinaryWriter writer, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        writer.Write(bytes.Length);
        writer.Write(bytes);
    }

    private static long FloatsBytes(float[] values) => sizeof(long) + (long)values.Length * sizeof(float);

    private static void WriteFloats(BinaryWriter writer, float[] values)
    {
        writer.Write((long)values.Length);
        writer.Write(MemoryMarshal.AsBytes(values.AsSpan()));
    }
}
