using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using NetCompiler.Fuzz.Fuzzing;
using NetCompiler.Training;
using NetCompiler.Training.Data;

namespace NetCompiler.Fuzz.Targets;

/// <summary>
/// Checkpoints of training runs: restored into a run like theirs. Where one is refused, the run has to be as it was. Three quarters of
/// the cases have a right length and SHA-256, so that the fields behind these are reached.
/// </summary>
public sealed class CheckpointTarget : IFuzzTarget
{
    // Magic, version, length of the payload.
    private const int HeaderBytes = 8 + 4 + 8;

    private readonly ScratchFile _file = new(".checkpoint");
    private readonly Network _network = new FuzzNet(seed: 1);
    private readonly Trainer _trainer;
    private readonly float[] _parameters;
    private readonly byte[] _beginning;
    private bool _isChanged;

    public CheckpointTarget()
    {
        _trainer = CreateTrainer(_network);
        _trainer.SaveCheckpoint(_file.Path);
        _beginning = File.ReadAllBytes(_file.Path);
        _parameters = _network.Parameters.ToArray();

        using Network network = new FuzzNet(seed: 1);
        using var trainer = CreateTrainer(network);
        Seeds = [_beginning, TrainAnEpoch(trainer), TrainAnEpoch(trainer)];
    }

    public string Name => "checkpoint";

    public string Extension => ".checkpoint";

    public IReadOnlyList<byte[]> Seeds { get; }

    public void Dispose()
    {
        _trainer.Dispose();
        _network.Dispose();
        _file.Dispose();
    }

    public byte[] Mutate(byte[] seed, Mutator mutator)
    {
        if (mutator.OneIn(4))
            return mutator.Mutate(seed);
        var payload = mutator.Mutate(seed[HeaderBytes..^SHA256.HashSizeInBytes]);
        return Frame(seed[..HeaderBytes], payload);
    }

    public long Read(byte[] data)
    {
        Rewind();
        _file.Write(data);
        try
        {
            _trainer.Restore(_file.Path);
            _isChanged = true;
            return 0;
        }
        catch (MalformedFileException exception)
        {
            if (_trainer.Step != 0 || _trainer.History.Epochs.Count != 0
                || !MemoryMarshal.AsBytes<float>(_parameters).SequenceEqual(MemoryMarshal.AsBytes(_network.Parameters)))
            {
                throw new BrokenPromiseException($"the run was changed before the file was refused: {exception.Message}");
            }

            throw;
        }
    }

    public bool IsRefusal(Exception exception) => exception is MalformedFileException;

    private void Rewind()
    {
        if (!_isChanged)
            return;
        _file.Write(_beginning);
        _trainer.Restore(_file.Path);
        _isChanged = false;
    }

    private byte[] TrainAnEpoch(Trainer trainer)
    {
        while (trainer.StepInEpoch < trainer.StepsPerEpoch)
            trainer.TrainStep();
        trainer.FinishEpoch();
        trainer.SaveCheckpoint(_file.Path);
        var file = File.ReadAllBytes(_file.Path);
        // How long it took is another number each time, and cases are to be the same.
        foreach (var epoch in trainer.History.Epochs)
        {
            var at = file.AsSpan().IndexOf(BitConverter.GetBytes(epoch.Seconds));
            file.AsSpan(at, sizeof(double)).Clear();
        }

        return Frame(file[..HeaderBytes], file[HeaderBytes..^SHA256.HashSizeInBytes]);
    }

    /// <summary>A file with a length and a hash that are right.</summary>
    private static byte[] Frame(byte[] header, byte[] payload)
    {
        byte[] file = [.. header, .. payload];
        BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(HeaderBytes - sizeof(long)), payload.Length);
        return [.. file, .. SHA256.HashData(file)];
    }

    private static Trainer CreateTrainer(Network network)
    {
        var data = new float[10 * 64];
        for (var i = 0; i < data.Length; i++)
            data[i] = i % 7 / 7f;
        var train = InMemoryDataset.FromFloats(data, [1, 8, 8], [0, 1, 2, 0, 1, 2, 0, 1, 2, 0]);
        return new Trainer(network, train, new Adam(), 3, new FitOptions { BatchSize = 4, Threads = 1, Seed = 5 });
    }
}
