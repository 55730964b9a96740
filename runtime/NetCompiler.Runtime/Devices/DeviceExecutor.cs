using System.Runtime.InteropServices;
using static System.FormattableString;

namespace NetCompiler.Runtime;

/// <summary>
/// Runs a <see cref="DevicePass"/>: parameters stay on the device, a batch is copied there, the launches run in order, and the results are
/// copied back. The launches of a batch size are noted once and replayed, where nothing in them is random.
/// </summary>
/// <remarks>For one thread at a time. After the first run with a batch size, runs with it allocate nothing.</remarks>
public sealed unsafe class DeviceExecutor : IDisposable
{
    private readonly IDeviceDriver _driver;
    private readonly DevicePassInfo _info;
    private readonly nint _module;
    private readonly Dictionary<string, nint> _functions = [];
    private readonly Dictionary<int, Recording> _recordings = [];
    private readonly nint[] _inputs;
    private readonly nint[] _outputs;
    private readonly nint[] _memory = new nint[Enum.GetValues<DeviceMemory>().Length];
    private readonly long _parameterBytes;
    private readonly int _capacity;
    private Recording? _prepare;
    private bool _disposed;

    /// <summary>Loads the kernels and allocates what they need.</summary>
    /// <param name="driver">The device. It is not disposed with the executor.</param>
    /// <param name="pass">What to run.</param>
    /// <param name="maxBatch">The largest batch.</param>
    /// <param name="parameters">Floats of the network's parameters.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxBatch"/> is less than 1.</exception>
    /// <exception cref="DeviceException">The device refuses kernels or memory.</exception>
    public DeviceExecutor(IDeviceDriver driver, DevicePass pass, int maxBatch, int parameters)
    {
        ArgumentNullException.ThrowIfNull(driver);
        ArgumentNullException.ThrowIfNull(pass);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBatch, 1);
        (_driver, _info, MaxBatch) = (driver, pass.Info, maxBatch);
        // Whatever lies at a multiple of four bytes per sample begins on a line.
        _capacity = checked(maxBatch + 15) / 16 * 16;
        _parameterBytes = parameters * (long)sizeof(float);
        _inputs = new nint[_info.Inputs.Count];
        _outputs = new nint[_info.Outputs.Count];
        try
        {
            _module = driver.LoadModule(pass.Module);
            for (var i = 0; i < _inputs.Length; i++)
                _inputs[i] = driver.Allocate(checked((long)_info.Inputs[i].SizeInBytes * maxBatch));
            for (var i = 0; i < _outputs.Length; i++)
                _outputs[i] = driver.Allocate(checked((long)_info.Outputs[i].SizeInBytes * maxBatch));
            Reserve(DeviceMemory.Parameters, _parameterBytes);
            Reserve(DeviceMemory.Gradients, _parameterBytes);
            Reserve(DeviceMemory.Derived, _info.DerivedBytes);
            Reserve(DeviceMemory.Shared, _info.SharedBytes);
            Reserve(DeviceMemory.Batch, checked(_info.BatchBytes * _capacity));
            Reserve(DeviceMemory.Lanes, _info.LaneBytes);
            Reserve(DeviceMemory.Chunk, _info.ChunkBytes);
        }
        catch
        {
            Dispose();
            throw;
        }

        void Reserve(DeviceMemory memory, long bytes) => _memory[(int)memory] = bytes == 0 ? 0 : driver.Allocate(bytes);
    }

    /// <summary>The largest batch.</summary>
    public int MaxBatch { get; }

    /// <summary>Copies the network's parameters to the device and computes what is derived from them.</summary>
    /// <param name="parameters">As many floats as the network has.</param>
    public void SetParameters(float* parameters)
    {
        _driver.Upload(_memory[(int)DeviceMemory.Parameters], parameters, _parameterBytes);
        _prepare ??= Record(0, isPrepare: true);
        _prepare.Run(_driver, seed: 0);
        _driver.Synchronize();
    }

    /// <summary>Runs all steps but those that depend on parameters only.</summary>
    /// <param name="inputs">One pointer for each input of the pass: its first sample.</param>
    /// <param name="outputs">One pointer for each output of the pass: its first sample.</param>
    /// <param name="samples">How many samples there are: 1 to <see cref="MaxBatch"/>.</param>
    /// <param name="seed">Seeds everything random.</param>
    public void Run(byte** inputs, byte** outputs, int samples, uint seed)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (samples < 1 || samples > MaxBatch)
            throw new ArgumentOutOfRangeException(nameof(samples), Invariant($"Expected 1 to {MaxBatch} samples, found {samples}."));
        for (var i = 0; i < _inputs.Length; i++)
            _driver.Upload(_inputs[i], inputs[i], (long)_info.Inputs[i].SizeInBytes * samples);
        if (!_recordings.TryGetValue(samples, out var recording))
            _recordings.Add(samples, recording = Record(samples, isPrepare: false));
        recording.Run(_driver, seed);
        for (var i = 0; i < _outputs.Length; i++)
            _driver.Download(outputs[i], _outputs[i], (long)_info.Outputs[i].SizeInBytes * samples);
        _driver.Synchronize();
    }

    /// <summary>Copies the gradients of the last run from the device.</summary>
    /// <param name="gradients">Room for as many floats as the network has parameters.</param>
    public void GetGradients(float* gradients)
    {
        _driver.Download(gradients, _memory[(int)DeviceMemory.Gradients], _parameterBytes);
        _driver.Synchronize();
    }

    /// <summary>Copies the parameters from the device, where the pass changes some of them itself; else does nothing.</summary>
    /// <param name="parameters">Room for as many floats as the network has.</param>
    public void GetUpdates(float* parameters)
    {
        if (!_info.UpdatesParameters)
            return;
        _driver.Download(parameters, _memory[(int)DeviceMemory.Parameters], _parameterBytes);
        _driver.Synchronize();
    }

    /// <summary>Frees the memory on the device.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _prepare?.Dispose(_driver);
        foreach (var recording in _recordings.Values)
            recording.Dispose(_driver);
        foreach (var memory in (ReadOnlySpan<nint>)[.. _inputs, .. _outputs, .. _memory])
        {
            if (memory != 0)
                _driver.Free(memory);
        }

        if (_module != 0)
            _driver.UnloadModule(_module);
    }

    private Recording Record(int samples, bool isPrepare)
    {
        var recording = new Recording();
        foreach (var step in _info.Steps)
        {
            if (step.Kind == StepKind.Prepare != isPrepare)
                continue;
            if (step.ClearsLanes && _info.LaneBytes > 0)
                recording.AddClear(_memory[(int)DeviceMemory.Lanes], _info.LaneBytes);
            if (step.Kind != StepKind.Chunks)
            {
                Record(recording, step, 0, samples, samples);
                continue;
            }

            for (var first = 0; first < samples; first += _info.ChunkSize)
                Record(recording, step, first, Math.Min(_info.ChunkSize, samples - first), samples);
        }

        return recording;
    }

    private void Record(Recording recording, DeviceStep step, int first, int count, int samples)
    {
        foreach (var loop in step.Loops)
        {
            for (var round = 0; round < loop.Rounds; round++)
            {
                foreach (var launch in loop.Launches)
                {
                    recording.Begin(Function(launch.Kernel), (launch.X.Of(count), launch.Y.Of(count), launch.Z.Of(count)), launch.Threads);
                    foreach (var argument in launch.Arguments)
                    {
                        if (argument.Memory is { } memory)
                            recording.Add(Address(argument, memory) + (nint)(argument.SampleBytes * first + argument.RoundOffset(round)));
                        else
                            recording.Add(argument.Number!.Value, Number(argument.Number.Value, first, count, samples));
                    }
                }
            }
        }
    }

    private nint Address(in DeviceArgument argument, DeviceMemory memory) => memory switch
    {
        DeviceMemory.Input => _inputs[argument.Offset],
        DeviceMemory.Output => _outputs[argument.Offset],
        DeviceMemory.Batch => _memory[(int)memory] + (nint)(argument.Offset * _capacity),
        _ => _memory[(int)memory] + (nint)argument.Offset,
    };

    private int Number(DeviceNumber number, int first, int count, int samples) => number switch
    {
        DeviceNumber.Count => count,
        DeviceNumber.First => first,
        DeviceNumber.BatchSize => samples,
        DeviceNumber.Lanes => 1,
        DeviceNumber.LaneStride => (int)(_info.LaneBytes / sizeof(float)),
        _ => 0,
    };

    private nint Function(string name)
    {
        if (!_functions.TryGetValue(name, out var function))
            _functions.Add(name, function = _driver.Function(_module, name));
        return function;
    }

    /// <summary>The launches of a batch size with all of their arguments.</summary>
    private sealed class Recording
    {
        private readonly List<(nint Function, (int X, int Y, int Z) Groups, (int X, int Y, int Z) Threads, int FirstArgument)> _launches = [];
        private readonly List<long> _arguments = [];
        private readonly List<int> _seeds = [];
        private long* _values;
        private void** _pointers;
        private nint _graph;
        private bool _isCaptured;

        // A launch of no function clears memory.
        public void AddClear(nint memory, long bytes)
        {
            Begin(0, default, default);
            Add(memory);
            Add((nint)bytes);
        }

        public void Begin(nint function, (int X, int Y, int Z) groups, (int X, int Y, int Z) threads) =>
            _launches.Add((function, groups, threads, _arguments.Count));

        public void Add(nint value) => _arguments.Add(value);

        public void Add(DeviceNumber number, int value)
        {
            if (number == DeviceNumber.Seed)
                _seeds.Add(_arguments.Count);
            Add(value);
        }

        public void Run(IDeviceDriver driver, uint seed)
        {
            if (_launches.Count == 0)
                return;
            if (_values is null)
                Place();
            foreach (var argument in _seeds)
                _values[argument] = seed;
            // What is noted keeps its arguments: a seed would stay what it was.
            if (_seeds.Count == 0 && !_isCaptured)
            {
                driver.BeginCapture();
                Launch(driver);
                _graph = driver.EndCapture();
                _isCaptured = true;
            }

            if (_graph != 0)
                driver.Replay(_graph);
            else
                Launch(driver);
        }

        public void Dispose(IDeviceDriver driver)
        {
            if (_graph != 0)
                driver.FreeGraph(_graph);
            NativeMemory.Free(_values);
            NativeMemory.Free(_pointers);
            _graph = 0;
            _values = null;
            _pointers = null;
        }

        private void Place()
        {
            _values = (long*)NativeMemory.Alloc((nuint)_arguments.Count + 1, sizeof(long));
            _pointers = (void**)NativeMemory.Alloc((nuint)_arguments.Count + 1, (nuint)sizeof(void*));
            for (var i = 0; i < _arguments.Count; i++)
            {
                _values[i] = _arguments[i];
                _pointers[i] = _values + i;
            }
        }

        private void Launch(IDeviceDriver driver)
        {
            foreach (var (function, groups, threads, first) in _launches)
            {
                if (function == 0)
                    driver.Clear((nint)_values[first], _values[first + 1]);
                else
                    driver.Launch(function, groups, threads, _pointers + first);
            }
        }
    }
}
