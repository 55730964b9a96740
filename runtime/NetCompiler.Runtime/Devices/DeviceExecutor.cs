using static System.FormattableString;

namespace NetCompiler.Runtime;

/// <summary>
/// Runs a <see cref="DevicePass"/> on a device: with parameters that lie there, and gradients and activations in memory of its own. A batch is
/// copied to it, the launches run in order, and the results are copied back. Nothing depends on when what runs, so the same seed, parameters and
/// inputs give the same bits.
/// </summary>
/// <remarks>
/// For one thread at a time. The launches for a number of samples are put together once; when they run again, they are noted by the
/// device and replayed from then on, unless something of them is random. After that nothing is allocated. Where the driver overlaps copies
/// with work, a second batch may be on its way while one is computed: its inputs and outputs are others, and so are its launches.
/// </remarks>
public sealed unsafe class DeviceExecutor : IDisposable
{
    /// <summary>
    /// The environment variable that, when it is <c>1</c>, has each launch waited for, so that a kernel that fails while it runs is named.
    /// </summary>
    public const string CheckVariable = "NETCOMPILER_CHECK_LAUNCHES";

    // Numbers of samples, for each of the memories they lie in, whose launches are kept.
    private const int LargestRecordings = 16;

    // Batch memory holds so many samples or a multiple of it, so that whatever lies there begins on a cache line.
    private const int CapacityStep = 16;

    // One is computed, another comes or goes.
    private const int LargestBatches = 2;

    private readonly IDeviceDriver _driver;
    private readonly DevicePassInfo _info;
    private readonly string _name;
    private readonly nint _module;
    private readonly Dictionary<string, nint> _functions = [];
    private readonly Dictionary<(DeviceBatch Batch, int Samples), DeviceRecording> _recordings = [];
    private readonly Queue<(DeviceBatch Batch, int Samples)> _recorded = new();
    private readonly DeviceRecording _prepare;
    private readonly List<DeviceBatch> _batches = [];
    private readonly nint[] _memory = new nint[(int)DeviceArgumentKind.Chunk + 1];
    private readonly long _parameterBytes;
    private readonly int _capacity;
    // How many batches there may be on their way, and how many have come how far since there was none.
    private int _room;
    private int _loaded;
    private int _launched;
    private int _finished;
    private bool _disposed;

    /// <summary>Loads the kernels and allocates what they need.</summary>
    /// <param name="driver">The device. It is not disposed of with the executor.</param>
    /// <param name="pass">What to run.</param>
    /// <param name="network">What the network is called, for messages.</param>
    /// <param name="maxBatch">The largest batch.</param>
    /// <param name="parameters">Where the network's parameters lie on the device.</param>
    /// <param name="parameterBytes">How much that is.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxBatch"/> is less than 1.</exception>
    /// <exception cref="DeviceException">The device refuses kernels or memory.</exception>
    public DeviceExecutor(IDeviceDriver driver, DevicePass pass, string network, int maxBatch, nint parameters, long parameterBytes)
    {
        ArgumentNullException.ThrowIfNull(driver);
        ArgumentNullException.ThrowIfNull(pass);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBatch, 1);
        (_driver, _info, MaxBatch) = (driver, pass.Info, maxBatch);
        _name = $"{network}: {_info.Name}";
        _prepare = new DeviceRecording(_name);
        _capacity = checked(maxBatch + CapacityStep - 1) / CapacityStep * CapacityStep;
        _parameterBytes = parameterBytes;
        _room = driver is IOverlappingDriver ? LargestBatches : 1;
        try
        {
            _module = driver.LoadModule(pass);
            _batches.Add(new DeviceBatch(driver, _info, maxBatch));
            _memory[(int)DeviceArgumentKind.Parameters] = parameters;
            if (Uses(DeviceArgumentKind.Gradients))
            {
                Reserve(DeviceArgumentKind.Gradients, _parameterBytes);
                // What is not trained has no gradient, and nothing writes it.
                driver.Clear(_memory[(int)DeviceArgumentKind.Gradients], _parameterBytes);
            }

            Reserve(DeviceArgumentKind.Derived, _info.DerivedBytes);
            Reserve(DeviceArgumentKind.Shared, _info.SharedBytes);
            Reserve(DeviceArgumentKind.Batch, checked(_info.BatchBytes * _capacity));
            Reserve(DeviceArgumentKind.Lanes, _info.LaneBytes);
            Reserve(DeviceArgumentKind.Chunk, _info.ChunkBytes);
            foreach (var step in _info.Steps)
            {
                if (step.Kind == StepKind.Prepare)
                    Record(_prepare, step, _batches[0], first: 0, count: 0, samples: 0);
            }
        }
        catch
        {
            Dispose();
            throw;
        }

        void Reserve(DeviceArgumentKind memory, long bytes) => _memory[(int)memory] = bytes == 0 ? 0 : driver.Allocate(bytes);
    }

    /// <summary>The largest batch.</summary>
    public int MaxBatch { get; }

    /// <summary>What changes parameters by the gradients, where that is done on the device: the pass is followed by their norm.</summary>
    internal DeviceUpdate? Update { get; set; }

    /// <summary>Where the gradients lie; 0 where the pass computes none.</summary>
    internal nint GradientMemory => _memory[(int)DeviceArgumentKind.Gradients];

    /// <summary>Whether each launch is waited for.</summary>
    internal bool IsChecked { get; } = Environment.GetEnvironmentVariable(CheckVariable) == "1";

    /// <summary>Computes what is derived from parameters, as they are now.</summary>
    /// <exception cref="DeviceException">The device refuses it; the message names the kernel.</exception>
    public void Prepare()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _prepare.Run(_driver, seed: 0, first: 0, IsChecked);
    }

    /// <summary>Runs all steps but those that depend on parameters only.</summary>
    /// <param name="inputs">One pointer for each input of the pass: its first sample.</param>
    /// <param name="outputs">One pointer for each output of the pass: its first sample.</param>
    /// <param name="samples">How many samples there are: 0 to <see cref="MaxBatch"/>.</param>
    /// <param name="seed">Seeds everything random.</param>
    /// <param name="first">The number of the first sample, where they are a part of a batch: what is random depends on it.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are more samples than room.</exception>
    /// <exception cref="DeviceException">The device refuses it; the message names the kernel.</exception>
    public void Run(byte** inputs, byte** outputs, int samples, uint seed, int first = 0)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (samples < 0 || samples > MaxBatch)
            throw new ArgumentOutOfRangeException(nameof(samples), Invariant($"Expected 0 to {MaxBatch} samples, found {samples}."));
        if (samples == 0)
            return;
        try
        {
            Load(inputs, samples, aside: false);
            Launch(seed, first, aside: false);
            Finish(outputs);
        }
        catch
        {
            Forget();
            throw;
        }
    }

    /// <summary>
    /// Whether there is room for another batch: always where none is on its way. A second one's memory is allocated when it is first asked for.
    /// </summary>
    internal bool HasRoom
    {
        get
        {
            var held = _loaded - _finished;
            if (held >= _room)
                return false;
            if (held < _batches.Count)
                return true;
            try
            {
                _batches.Add(new DeviceBatch(_driver, _info, MaxBatch));
                return true;
            }
            catch (DeviceException)
            {
                // What there is no memory for is done one after the other.
                _room = _batches.Count;
                return false;
            }
        }
    }

    /// <summary>Whether a batch may be copied while another one is computed.</summary>
    internal bool Overlaps => _room > 1;

    /// <summary>Whether the next batch to be launched is loaded.</summary>
    internal bool IsLoaded => _loaded > _launched;

    /// <summary>Has a batch copied to the device, where there is room for it.</summary>
    /// <param name="inputs">One pointer for each input of the pass: its first sample. They stay as they are until the batch is finished.</param>
    /// <param name="samples">How many samples there are: 1 to <see cref="MaxBatch"/>.</param>
    /// <param name="aside">True where another batch may be computed meanwhile.</param>
    /// <exception cref="DeviceException">The device refuses it; the batch is not loaded.</exception>
    internal void Load(byte** inputs, int samples, bool aside)
    {
        Batch(_loaded).Upload(inputs, samples, aside);
        _loaded++;
    }

    /// <summary>Has all steps done, but those that depend on parameters only, for the first loaded batch.</summary>
    /// <param name="seed">Seeds everything random.</param>
    /// <param name="first">The number of the first sample, where they are a part of a batch: what is random depends on it.</param>
    /// <param name="aside">True where another batch may be computed while the results are copied.</param>
    /// <exception cref="DeviceException">The device refuses it; the message names the kernel.</exception>
    internal void Launch(uint seed, int first, bool aside)
    {
        var batch = Batch(_launched);
        batch.AwaitUpload();
        RecordingOf(batch, batch.Samples).Run(_driver, seed, first, IsChecked);
        Update?.LaunchNorm();
        batch.BeginDownload(aside);
        _launched++;
    }

    /// <summary>Waits for the first launched batch.</summary>
    /// <param name="outputs">One pointer for each output of the pass: its first sample.</param>
    /// <exception cref="DeviceException">Something failed.</exception>
    internal void Finish(byte** outputs)
    {
        try
        {
            Batch(_finished).Finish(outputs);
        }
        catch (DeviceException exception)
        {
            throw Failure(exception);
        }

        _finished++;
        // The first batch's memory is used again, so that nobody needs more who has one at a time.
        if (_finished == _loaded)
            _loaded = _launched = _finished = 0;
    }

    /// <summary>Forgets the batches that are on their way, after something failed or where they are not wanted any more. Never throws.</summary>
    internal void Forget()
    {
        _loaded = _launched = _finished = 0;
        try
        {
            // Callers may do with their memory what they like from here on.
            _driver.Synchronize();
        }
        catch (DeviceException)
        {
            // Who asks next is told.
        }
    }

    /// <summary>Has all steps done on what the last run has left on the device, for whoever measures: nothing is copied or waited for.</summary>
    internal void LaunchAgain(int samples, uint seed) => RecordingOf(_batches[0], samples).Run(_driver, seed, first: 0, IsChecked);

    /// <summary>Copies the gradients of the last run from the device.</summary>
    /// <param name="gradients">Room for as many floats as the network has parameters. Those of what is not trained are 0.</param>
    /// <exception cref="InvalidOperationException">The pass computes none.</exception>
    /// <exception cref="DeviceException">The device refuses it.</exception>
    public void GetGradients(float* gradients)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_memory[(int)DeviceArgumentKind.Gradients] == 0)
            throw new InvalidOperationException($"{_name} computes no gradients.");
        _driver.Download(gradients, _memory[(int)DeviceArgumentKind.Gradients], _parameterBytes);
        Synchronize();
    }

    /// <summary>Copies the parameters from the device that the pass changes itself, as running statistics.</summary>
    /// <param name="parameters">The network's parameters. The others stay as they are.</param>
    /// <exception cref="DeviceException">The device refuses it.</exception>
    public void GetUpdates(float* parameters)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_info.Updates.Count == 0)
            return;
        var memory = _memory[(int)DeviceArgumentKind.Parameters];
        // Not by an enumerator, which would be allocated.
        for (var i = 0; i < _info.Updates.Count; i++)
        {
            var (offset, length) = _info.Updates[i];
            _driver.Download(parameters + offset, memory + (nint)offset * sizeof(float), length * (long)sizeof(float));
        }

        Synchronize();
    }

    /// <summary>Frees everything on the device.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        if (_loaded > 0)
            Forget();
        _prepare.Dispose(_driver);
        foreach (var recording in _recordings.Values)
            recording.Dispose(_driver);
        foreach (var batch in _batches)
            batch.Dispose();
        // Parameters are those of who made this.
        _memory[(int)DeviceArgumentKind.Parameters] = 0;
        foreach (var memory in _memory)
        {
            if (memory != 0)
                _driver.Free(memory);
        }

        if (_module != 0)
            _driver.UnloadModule(_module);
    }

    private bool Uses(DeviceArgumentKind kind)
    {
        foreach (var step in _info.Steps)
        {
            foreach (var loop in step.Loops)
            {
                foreach (var launch in loop.Launches)
                {
                    foreach (var argument in launch.Arguments)
                    {
                        if (argument.Kind == kind)
                            return true;
                    }
                }
            }
        }

        return false;
    }

    // A launch that has failed shows when it is waited for: by then nobody knows which it was.
    private void Synchronize()
    {
        try
        {
            _driver.Synchronize();
        }
        catch (DeviceException exception)
        {
            throw Failure(exception);
        }
    }

    private DeviceException Failure(DeviceException exception) => new(
        $"{_name} on {_driver.Name}: {exception.Message} With the environment variable {CheckVariable}=1, the message names the kernel.",
        exception);

    // They take turns.
    private DeviceBatch Batch(int number) => _batches[number % _batches.Count];

    private DeviceRecording RecordingOf(DeviceBatch batch, int samples)
    {
        if (_recordings.TryGetValue((batch, samples), out var recording))
            return recording;
        if (_recorded.Count == LargestRecordings && _recordings.Remove(_recorded.Dequeue(), out var oldest))
            oldest.Dispose(_driver);
        recording = new DeviceRecording(_name);
        foreach (var step in _info.Steps)
        {
            if (step.Kind == StepKind.Prepare)
                continue;
            if (step.ClearsLanes && _info.LaneBytes > 0)
                recording.AddClear(_memory[(int)DeviceArgumentKind.Lanes], _info.LaneBytes);
            var chunk = step.Kind == StepKind.Chunks ? _info.ChunkSize : samples;
            for (var first = 0; first < samples; first += chunk)
                Record(recording, step, batch, first, Math.Min(chunk, samples - first), samples);
        }

        _recorded.Enqueue((batch, samples));
        _recordings.Add((batch, samples), recording);
        return recording;
    }

    private void Record(DeviceRecording recording, DeviceStep step, DeviceBatch batch, int first, int count, int samples)
    {
        foreach (var loop in step.Loops)
        {
            for (var round = 0; round < loop.Rounds; round++)
            {
                foreach (var launch in loop.Launches)
                {
                    recording.Begin(launch.Kernel, Function(launch.Kernel), launch.Grid.Of(count), launch.Group);
                    foreach (var argument in launch.Arguments)
                        Record(recording, argument, batch, first, count, samples, round);
                }
            }
        }
    }

    private void Record(
        DeviceRecording recording, in DeviceArgument argument, DeviceBatch batch, int first, int count, int samples, int round)
    {
        switch (argument.Kind)
        {
            case DeviceArgumentKind.Count:
                recording.Add(count);
                break;
            case DeviceArgumentKind.First:
                recording.AddFirst(first);
                break;
            case DeviceArgumentKind.BatchSize:
                recording.Add(samples);
                break;
            case DeviceArgumentKind.Seed:
                recording.AddSeed();
                break;
            case DeviceArgumentKind.LaneCount:
                // Chunks run one after the other, so that one set of sums is enough.
                recording.Add(1);
                break;
            case DeviceArgumentKind.LaneStride:
                recording.Add(_info.LaneBytes / sizeof(float));
                break;
            case DeviceArgumentKind.Constant:
                recording.Add(argument.Offset);
                break;
            default:
                recording.Add(Address(argument, batch) + argument.SampleBytes * first + argument.RoundOffset(round));
                break;
        }
    }

    private long Address(in DeviceArgument argument, DeviceBatch batch) => argument.Kind switch
    {
        DeviceArgumentKind.Input => batch.Inputs[(int)argument.Offset],
        DeviceArgumentKind.Output => batch.Outputs[(int)argument.Offset],
        DeviceArgumentKind.Batch => _memory[(int)argument.Kind] + argument.Offset * _capacity,
        _ => _memory[(int)argument.Kind] + argument.Offset,
    };

    private nint Function(string kernel)
    {
        if (!_functions.TryGetValue(kernel, out var function))
            _functions.Add(kernel, function = _driver.Function(_module, kernel));
        return function;
    }
}
