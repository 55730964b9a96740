using System.Diagnostics;
using System.Runtime.InteropServices;
using static System.FormattableString;

namespace NetCompiler.Runtime;

/// <summary>
/// Runs the steps of a <see cref="CompiledPass"/> over a batch with the threads of a <see cref="WorkerPool"/>, in memory of its own.
/// What is added up, and in which order, depends on the pass alone, so the bits of the results do not depend on the number of threads.
/// </summary>
/// <remarks>For one thread at a time. No run allocates.</remarks>
public sealed unsafe class PassExecutor : IParallelWork, IDisposable
{
    // Offsets within the batch memory are bytes per sample times the capacity: with a capacity of whole lines of floats,
    // whatever lies at a multiple of four bytes per sample begins on a line.
    private const int CapacityStep = PassArguments.Alignment / sizeof(float);

    private readonly CompiledPass _pass;
    private readonly WorkerPool _workers;
    private readonly StepInfo[] _steps;

    // Of each brief step; null for others.
    private readonly SharingTrial?[] _trials;

    private readonly nint[] _inputStrides;
    private readonly nint[] _outputStrides;
    private readonly int _chunkSize;
    private readonly int _lanes;
    private readonly nint _laneBytes;
    private readonly nint _chunkStride;
    private readonly NativeArena _pointers;
    private readonly NativeArena _chunks;
    private readonly NativeArena _laneMemory;
    private readonly NativeArena _batch;
    private readonly NativeArena _shared;
    private readonly NativeArena _team;

    // The step at work; written by the caller before the workers are told.
    private PassArguments _arguments;
    private StepInfo _current;
    private int _step;
    private int _units;
    private int _chunkCount;
    private int _firstChunk;
    private int _next;
    private bool _isTeam;

    // Whether helpers came to the last step that was brief: those that are awake come to the next one too, from its beginning.
    private bool _hadHelpers;

    /// <summary>Allocates the memory that the pass needs.</summary>
    /// <param name="pass">What to run.</param>
    /// <param name="maxBatch">The largest batch of which values are kept between steps; larger ones are run in groups.</param>
    /// <param name="workers">Who runs it. It is not disposed with the executor.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxBatch"/> is less than 1.</exception>
    /// <exception cref="ArgumentException">The pass says of itself what cannot be.</exception>
    public PassExecutor(CompiledPass pass, int maxBatch, WorkerPool workers)
    {
        ArgumentNullException.ThrowIfNull(pass);
        ArgumentNullException.ThrowIfNull(workers);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBatch, 1);
        var info = pass.Info;
        Check(info);

        _pass = pass;
        _workers = workers;
        Info = info;
        _steps = [.. info.Steps];
        _trials = Array.ConvertAll(_steps, step => step.HasTeam && step.IsBrief ? new SharingTrial() : null);
        _current = _steps.Length == 0 ? new StepInfo(StepKind.Once) : _steps[0];
        _inputStrides = Strides(info.Inputs);
        _outputStrides = Strides(info.Outputs);
        _chunkSize = info.ChunkSize;
        _lanes = info.Lanes;
        _laneBytes = checked((nint)info.LaneBytes);

        // Groups end where chunks end, so that a batch in groups is computed in the same chunks as a batch in one go.
        var group = RoundUp(maxBatch, info.ChunkSize);
        var capacity = RoundUp(group, CapacityStep);
        GroupSize = info.BatchBytes > 0 ? group : int.MaxValue;
        _chunkStride = checked((nint)NativeArena.RoundUp(info.ChunkBytes));
        _pointers = new NativeArena((_inputStrides.Length + _outputStrides.Length) * sizeof(byte*));
        var hasTeam = workers.Threads > 1 && Array.Exists(_steps, step => step.HasTeam);
        _chunks = new NativeArena(checked(_chunkStride * (hasTeam ? workers.Threads + 1 : workers.Threads)));
        _laneMemory = new NativeArena(checked(info.LaneBytes * info.Lanes));
        _batch = new NativeArena(checked(info.BatchBytes * capacity));
        _shared = new NativeArena(info.SharedBytes);
        _team = new NativeArena(hasTeam ? LaunchTeam.Bytes(workers.Threads) : 0);
        _arguments = new PassArguments
        {
            Inputs = (byte**)_pointers.Pointer,
            Outputs = (byte**)_pointers.Pointer + _inputStrides.Length,
            Shared = _shared.Pointer,
            Batch = _batch.Pointer,
            Lanes = _laneMemory.Pointer,
            Chunk = _chunks.Pointer,
            Capacity = capacity,
        };
    }

    /// <summary>What the pass says of itself.</summary>
    public PassInfo Info { get; }

    /// <summary>The most samples that one round of all steps computes: unlimited where nothing is kept for a whole batch.</summary>
    public int GroupSize { get; }

    /// <summary>Runs the steps that compute derived values.</summary>
    /// <param name="parameters">The network's parameters.</param>
    /// <param name="derived">Where to put the values: <see cref="PassInfo.DerivedBytes"/> bytes.</param>
    public void Prepare(float* parameters, byte* derived)
    {
        _arguments.Parameters = parameters;
        _arguments.Gradients = null;
        _arguments.Derived = derived;
        _arguments.BatchSize = 0;
        for (var i = 0; i < _steps.Length; i++)
        {
            if (_steps[i].Kind == StepKind.Prepare)
                RunStep(i);
        }
    }

    /// <summary>Runs all steps but those of <see cref="Prepare"/>, for any number of samples.</summary>
    /// <param name="inputs">One pointer for each input of the pass: its first sample.</param>
    /// <param name="outputs">One pointer for each output of the pass: its first sample.</param>
    /// <param name="samples">
    /// How many samples there are. More than <see cref="GroupSize"/> are run in groups, each as a batch of its own.
    /// </param>
    /// <param name="parameters">The network's parameters.</param>
    /// <param name="gradients">Where the parameters' gradients go, or null.</param>
    /// <param name="derived">Values that <see cref="Prepare"/> computed from the same parameters.</param>
    /// <param name="seed">Seeds everything random.</param>
    /// <param name="from">
    /// The first sample to compute, where a chunk begins: those before it belong to the batch, but neither they nor their results are
    /// looked at. Where samples are run in groups, a group begins there.
    /// </param>
    public void Run(
        byte** inputs, byte** outputs, int samples, float* parameters, float* gradients, byte* derived, uint seed, int from = 0)
    {
        Debug.Assert(from % _chunkSize == 0, "a part of a batch begins where a chunk begins");
        _arguments.Parameters = parameters;
        _arguments.Gradients = gradients;
        _arguments.Derived = derived;
        _arguments.Seed = seed;
        // Without groups, samples keep their places in the batch; a group is a batch of its own.
        _firstChunk = GroupSize == int.MaxValue ? from / _chunkSize : 0;
        for (var first = from - _firstChunk * _chunkSize; first < samples;)
        {
            var count = Math.Min(samples - first, GroupSize);
            for (var i = 0; i < _inputStrides.Length; i++)
                _arguments.Inputs[i] = inputs[i] + first * _inputStrides[i];
            for (var i = 0; i < _outputStrides.Length; i++)
                _arguments.Outputs[i] = outputs[i] + first * _outputStrides[i];
            _arguments.BatchSize = count;
            for (var i = 0; i < _steps.Length; i++)
            {
                if (_steps[i].Kind != StepKind.Prepare)
                    RunStep(i);
            }

            first += count;
        }

        GC.KeepAlive(this);
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        _pointers.Dispose();
        _chunks.Dispose();
        _laneMemory.Dispose();
        _batch.Dispose();
        _shared.Dispose();
        _team.Dispose();
    }

    /// <inheritdoc/>
    void IParallelWork.Execute(int worker)
    {
        try
        {
            if (_isTeam)
                RunAsTeam(worker);
            else
                Claim(worker);
        }
        catch
        {
            // What is left would be thrown away: let the others find nothing more to claim.
            Volatile.Write(ref _next, int.MaxValue / 2);
            throw;
        }
    }

    private static void Check(PassInfo info)
    {
        Require(info.ChunkSize >= 1, nameof(PassInfo.ChunkSize), "at least 1", info.ChunkSize);
        Require(info.Lanes >= 0, nameof(PassInfo.Lanes), "at least 0", info.Lanes);
        Require(info.ChunkBytes >= 0, nameof(PassInfo.ChunkBytes), "at least 0", info.ChunkBytes);
        Require(info.BatchBytes >= 0, nameof(PassInfo.BatchBytes), "at least 0", info.BatchBytes);
        Require(info.SharedBytes >= 0, nameof(PassInfo.SharedBytes), "at least 0", info.SharedBytes);
        Require(info.DerivedBytes >= 0, nameof(PassInfo.DerivedBytes), "at least 0", info.DerivedBytes);
        Require(
            info.LaneBytes >= 0 && info.LaneBytes % PassArguments.Alignment == 0,
            nameof(PassInfo.LaneBytes),
            $"a multiple of {PassArguments.Alignment}",
            info.LaneBytes);
        for (var i = 0; i < info.Steps.Count; i++)
        {
            var parts = info.Steps[i].Parts;
            Require(parts >= 1, Invariant($"{nameof(PassInfo.Steps)}[{i}].{nameof(StepInfo.Parts)}"), "at least 1", parts);
        }

        static void Require(bool holds, string field, string expected, long found)
        {
            if (!holds)
                throw new ArgumentException(Invariant($"{nameof(PassInfo)}.{field}: expected {expected}, found {found}."), "pass");
        }
    }

    private static int RoundUp(int value, int step) => checked(value + step - 1) / step * step;

    private static nint[] Strides(IReadOnlyList<TensorInfo> tensors)
    {
        var strides = new nint[tensors.Count];
        for (var i = 0; i < strides.Length; i++)
            strides[i] = tensors[i].SizeInBytes;
        return strides;
    }

    private void RunStep(int step)
    {
        var info = _steps[step];
        _current = info;
        _step = step;
        _next = 0;
        _arguments.First = 0;
        _arguments.Count = _arguments.BatchSize;
        _arguments.Part = 0;
        _isTeam = false;
        SharingTrial? trial = null;
        if (info.Kind == StepKind.Chunks)
        {
            _chunkCount = (int)((_arguments.BatchSize + _chunkSize - 1) / _chunkSize) - _firstChunk;
            _units = _lanes > 0 ? _lanes : _chunkCount;
            _isTeam = info.HasTeam && _units == 1 && _workers.Threads > 1;
            trial = _isTeam ? _trials[step] : null;
            _isTeam &= trial is null or { IsShared: true };
            if (_isTeam)
            {
                LaunchTeam.Of(_team.Pointer, 0).Begin(_workers.Threads, isExpected: !info.IsBrief || _hadHelpers);
                _units = _workers.Threads;
            }
        }
        else
        {
            _units = info.Parts;
            if (info.ClearsLanes)
                NativeMemory.Clear(_laneMemory.Pointer, (nuint)_laneMemory.Size);
        }

        var isBrief = _isTeam && info.IsBrief;
        var begin = trial is null ? 0 : Stopwatch.GetTimestamp();
        var isShared = _workers.Run(this, _units, isBrief);
        trial?.Add(Stopwatch.GetTimestamp() - begin);
        if (isBrief)
            _hadHelpers = isShared;
    }

    private void Claim(int worker)
    {
        var arguments = _arguments;
        arguments.Chunk += worker * _chunkStride;
        arguments.Own = arguments.Chunk;
        var isChunkStep = _current.Kind == StepKind.Chunks;
        while (true)
        {
            var unit = Interlocked.Increment(ref _next) - 1;
            if (unit >= _units)
                return;
            if (!isChunkStep)
            {
                arguments.Part = unit;
                _pass.Run(_step, in arguments);
            }
            else if (_lanes > 0)
            {
                RunLane(unit, ref arguments);
            }
            else
            {
                RunChunk(unit, ref arguments);
            }
        }
    }

    // One chunk, and more than one thread: they share its launches, in the first workspace. What is the leader's own lies apart: writing over
    // what another core has read takes several times as long as other writing.
    private void RunAsTeam(int worker)
    {
        var arguments = _arguments;
        arguments.Own = arguments.Chunk + (worker > 0 ? worker : _workers.Threads) * _chunkStride;
        arguments.Team = LaunchTeam.Of(_team.Pointer, worker);
        if (worker > 0)
        {
            arguments.Team.Join();
            RunChunk(0, ref arguments);
            return;
        }

        try
        {
            RunChunk(0, ref arguments);
        }
        finally
        {
            arguments.Team.End();
        }
    }

    private void RunLane(int lane, ref PassArguments arguments)
    {
        arguments.Lanes = _laneMemory.Pointer + lane * _laneBytes;
        if (_current.ClearsLanes)
            NativeMemory.Clear(arguments.Lanes, (nuint)_laneBytes);
        for (var chunk = lane; chunk < _chunkCount; chunk += _lanes)
            RunChunk(chunk, ref arguments);
    }

    private void RunChunk(int chunk, ref PassArguments arguments)
    {
        Debug.Assert(chunk < _chunkCount, "a chunk begins within the batch");
        arguments.First = (nint)(_firstChunk + chunk) * _chunkSize;
        arguments.Count = Math.Min(_chunkSize, arguments.BatchSize - arguments.First);
        _pass.Run(_step, in arguments);
    }
}
