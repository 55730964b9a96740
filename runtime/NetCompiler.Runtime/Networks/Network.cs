using System.Reflection;
using NetCompiler.Runtime;
using static System.FormattableString;

namespace NetCompiler;

/// <summary>
/// The base of every compiled network: its parameters, apart from the workspaces (<see cref="Session"/>) that compute with them.
/// One network serves any number of sessions on any number of threads, as long as nobody changes its parameters meanwhile.
/// </summary>
/// <remarks>The compiler derives the classes; there is no need to write one.</remarks>
public abstract unsafe class Network : IDisposable
{
    private readonly FloatArena _parameters;
    private readonly Lock _gate = new();
    private readonly Dictionary<int, SharedPass> _predictPasses = [];
    private readonly Dictionary<int, SharedPass> _inspectPasses = [];
    private readonly Dictionary<(EntryPoint Entry, int VectorBits), SharedPass> _entryPasses = [];
    private readonly Stack<Session> _idleSessions = new();
    private readonly Lock _home = new();
    // Has parameters that are newer than those here.
    private ParameterCopy? _ahead;
    private DeviceException? _lost;
    private long _parameterVersion;
    private int _vectorBits;
    private volatile bool _disposed;

    /// <summary>Makes a network and initialises its parameters.</summary>
    /// <param name="description">What the compiler knows of it.</param>
    /// <param name="seed">Seeds the parameters: the same seed gives the same bits on every machine.</param>
    /// <exception cref="ArgumentException">The description contradicts itself.</exception>
    protected Network(NetworkDescription description, ulong seed)
        : this(description)
    {
        ParameterInitializer.Initialize(description.Parameters, _parameters.Span, seed);
    }

    /// <summary>Makes a network whose parameters are all zero, for those who load them: initialising large ones takes seconds.</summary>
    /// <param name="description">What the compiler knows of it.</param>
    /// <exception cref="ArgumentException">The description contradicts itself.</exception>
    protected Network(NetworkDescription description)
    {
        ArgumentNullException.ThrowIfNull(description);
        Definition = description;
        Table = new ParameterTable(description);
        _parameters = new FloatArena(Table.ArenaLength);
        _vectorBits = VectorWidth.Select(description.VectorWidths);
        Precision = description.Precision;
    }

    /// <summary>What is known of the network at build time.</summary>
    public NetworkDescription Definition { get; }

    /// <summary>
    /// All parameters, one after the other at the offsets of <see cref="NetworkDescription.Parameters"/>, each in canonical order.
    /// After writing to them, call <see cref="ParametersChanged"/>.
    /// </summary>
    /// <remarks>
    /// Where a trainer changes them on a device, whoever asks for them here waits until they have been copied. A span shows what was
    /// copied: behind the next step, ask again. Not to be asked for by another thread while a step of training runs.
    /// </remarks>
    /// <exception cref="DeviceException">
    /// They are on a device that has failed. If its session has ended, so that they are lost, this is said once; then there is what the process
    /// has: those of the last time that they were asked for, unless the device failed in the middle of a copy.
    /// </exception>
    public Span<float> Parameters
    {
        get
        {
            BringHome();
            return _parameters.Span;
        }
    }

    /// <summary>Counts the changes of the parameters.</summary>
    public long ParameterVersion => Volatile.Read(ref _parameterVersion);

    /// <summary>
    /// The vector width in bits that new sessions compute with: the widest that the machine has, unless
    /// <see cref="VectorWidth.LimitVariable"/> lowers it. May be set, to compare widths, to any of
    /// <see cref="NetworkDescription.VectorWidths"/>; one that the machine lacks is emulated, slowly.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The network was not compiled for that width.</exception>
    public int VectorBits
    {
        get => _vectorBits;
        set
        {
            foreach (var width in Definition.VectorWidths)
            {
                if (width == value)
                {
                    SetVectorBits(value);
                    return;
                }
            }

            throw new ArgumentOutOfRangeException(
                nameof(value),
                Invariant($"Vector width of {Definition.Name}: expected one of {Shapes.ToText(Definition.VectorWidths)}, found {value}."));
        }
    }

    /// <summary>
    /// What new sessions compute on: the processor, unless <see cref="NetworkDevices.On{TNetwork}(TNetwork, Device)"/> has said otherwise.
    /// </summary>
    public Device Device { get; private set; } = Device.Cpu;

    /// <summary>
    /// The precision that new sessions compute in on devices: that of the declaration, unless
    /// <see cref="NetworkDevices.On{TNetwork}(TNetwork, Device, Precision)"/> has said otherwise. On the processor it changes nothing.
    /// </summary>
    public Precision Precision { get; private set; }

    internal ParameterTable Table { get; }

    internal float* ParameterPointer
    {
        get
        {
            BringHome();
            return _parameters.Pointer;
        }
    }

    internal ReadOnlyMemory<float> ParameterMemory
    {
        get
        {
            BringHome();
            return _parameters.Memory;
        }
    }

    /// <summary>The copies of the parameters on devices, which sessions there hold. Whoever looks at them locks them.</summary>
    internal Dictionary<Device, ParameterCopy> Copies { get; } = [];

    /// <summary>Whether a device has newer parameters than the process.</summary>
    internal bool IsBehind => Volatile.Read(ref _ahead) is not null;

    /// <summary>One parameter tensor.</summary>
    /// <param name="name">Its name, such as <c>conv1.weight</c>.</param>
    /// <returns>A view of it, without a copy.</returns>
    /// <exception cref="KeyNotFoundException">There is no such parameter; the message lists those that there are.</exception>
    public ParameterView Parameter(string name) => new(Table[name], _parameters, this);

    /// <summary>One parameter tensor.</summary>
    /// <param name="index">Index into <see cref="NetworkDescription.Parameters"/>.</param>
    /// <returns>A view of it, without a copy.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such parameter.</exception>
    public ParameterView Parameter(int index) => new(Definition.Parameters[index], _parameters, this);

    /// <summary>Says that parameters have been written to, so that what sessions derived from them is computed again.</summary>
    /// <exception cref="InvalidOperationException">
    /// A trainer has changed them on a device since anybody asked for them, so what was written to was older.
    /// </exception>
    public void ParametersChanged()
    {
        if (IsBehind)
        {
            throw new InvalidOperationException(
                $"{Definition.Name}: a device has changed the parameters since they were last asked for: write to what Parameters gives now.");
        }

        Interlocked.Increment(ref _parameterVersion);
    }

    /// <summary>Makes a workspace for prediction.</summary>
    /// <param name="maxBatch">
    /// The batch to have room for. Larger ones can be predicted all the same; where the network keeps values of a whole batch, in
    /// groups of this many samples.
    /// </param>
    /// <param name="threads">How many threads compute, the calling one included. The bits of the results do not depend on it.</param>
    /// <returns>A session, for one thread at a time.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is less than 1.</exception>
    public Session CreateSession(int maxBatch = 1, int threads = 1)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return new Session(this, maxBatch, threads);
    }

    /// <summary>Predicts, on the calling thread. May be called by several threads at the same time.</summary>
    /// <param name="samples">One or several samples in canonical order (N, C, H, W).</param>
    /// <returns>The outputs, one after the other.</returns>
    /// <exception cref="ArgumentException">The length is not a multiple of a sample's.</exception>
    /// <exception cref="InvalidOperationException">The network takes bytes, or several inputs.</exception>
    public float[] Predict(ReadOnlySpan<float> samples)
    {
        var session = RentSession();
        try
        {
            var outputs = new float[session.OutputLengthFor(samples.Length)];
            session.Predict(samples, outputs);
            return outputs;
        }
        finally
        {
            Return(session);
        }
    }

    /// <summary>
    /// Predicts, on the calling thread, without allocating once a session of its own is there. May be called by several threads at the
    /// same time.
    /// </summary>
    /// <param name="samples">One or several samples in canonical order (N, C, H, W).</param>
    /// <param name="outputs">Where the outputs go, one after the other. It may be longer than needed.</param>
    /// <exception cref="ArgumentException">
    /// The samples' length is not a multiple of one sample's; the outputs are too short; the two overlap.
    /// </exception>
    /// <exception cref="InvalidOperationException">The network takes bytes, or several inputs.</exception>
    public void Predict(ReadOnlySpan<float> samples, Span<float> outputs)
    {
        var session = RentSession();
        try
        {
            session.Predict(samples, outputs);
        }
        finally
        {
            Return(session);
        }
    }

    /// <summary>Predicts, on the calling thread. May be called by several threads at the same time.</summary>
    /// <param name="samples">One or several samples in canonical order (N, C, H, W).</param>
    /// <returns>The outputs, one after the other.</returns>
    /// <exception cref="ArgumentException">The length is not a multiple of a sample's.</exception>
    /// <exception cref="InvalidOperationException">The network takes floats, or several inputs.</exception>
    public float[] Predict(ReadOnlySpan<byte> samples)
    {
        var session = RentSession();
        try
        {
            var outputs = new float[session.OutputLengthFor(samples.Length)];
            session.Predict(samples, outputs);
            return outputs;
        }
        finally
        {
            Return(session);
        }
    }

    /// <summary>
    /// Predicts, on the calling thread, without allocating once a session of its own is there. May be called by several threads at the
    /// same time.
    /// </summary>
    /// <param name="samples">One or several samples in canonical order (N, C, H, W).</param>
    /// <param name="outputs">Where the outputs go, one after the other. It may be longer than needed.</param>
    /// <exception cref="ArgumentException">
    /// The samples' length is not a multiple of one sample's; the outputs are too short; the two overlap.
    /// </exception>
    /// <exception cref="InvalidOperationException">The network takes floats, or several inputs.</exception>
    public void Predict(ReadOnlySpan<byte> samples, Span<float> outputs)
    {
        var session = RentSession();
        try
        {
            session.Predict(samples, outputs);
        }
        finally
        {
            Return(session);
        }
    }

    /// <summary>
    /// Writes the parameters as safetensors, and replaces a file of that name only when the new one is complete. The same parameters
    /// give the same bytes. Names and order of elements are PyTorch's; the metadata holds the network's name, its
    /// <see cref="NetworkDescription.StructuralHash"/> and a table of its layers.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path) => NetworkWeights.Save(this, path);

    /// <summary>Writes the parameters as safetensors to a stream, as <see cref="Save(string)"/> does to a file.</summary>
    /// <param name="stream">The stream, which stays open.</param>
    public void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        NetworkWeights.Save(this, stream);
    }

    /// <summary>
    /// Reads the parameters from a safetensors file, of this library or of another that gives its tensors the same names and shapes.
    /// Elements may be F32, F16, BF16 or F64.
    /// </summary>
    /// <param name="path">The file. It is read straight into the parameters.</param>
    /// <param name="options">Which weights are loaded; null for exactly those that the network has.</param>
    /// <returns>What was loaded and, where loading was partial, what was not.</returns>
    /// <exception cref="MalformedFileException">
    /// The file is not what it should be: the message says which field, what was expected and what was found. Weights of another network
    /// are refused with the list of what differs, unless <paramref name="options"/> ask for a part. The parameters are as before.
    /// </exception>
    /// <exception cref="IOException">
    /// The file cannot be read. Where the device fails in the middle of the data, the parameters read until then are the file's.
    /// </exception>
    public WeightLoadResult LoadWeights(string path, WeightLoadOptions? options = null) => NetworkWeights.Load(this, path, options);

    /// <summary>Reads the parameters from safetensors in memory.</summary>
    /// <param name="bytes">The file's bytes, at any address. They are copied once, into the parameters.</param>
    /// <param name="options">Which weights are loaded; null for exactly those that the network has.</param>
    /// <returns>What was loaded and, where loading was partial, what was not.</returns>
    /// <exception cref="MalformedFileException">
    /// The bytes are not what it should be: the message says which field, what was expected and what was found. Weights of another network
    /// are refused with the list of what differs, unless <paramref name="options"/> ask for a part. The parameters are as before.
    /// </exception>
    public WeightLoadResult LoadWeights(ReadOnlySpan<byte> bytes, WeightLoadOptions? options = null) =>
        NetworkWeights.Load(this, bytes, options);

    /// <summary>Reads the parameters from a stream of safetensors.</summary>
    /// <param name="stream">
    /// The stream, read from where it stands to its end. It stays open. One that can seek is read straight into the parameters. One that
    /// cannot (from a network, or a decompressor) may end too early, and says so only then: its values are kept apart until all have come.
    /// </param>
    /// <param name="options">Which weights are loaded; null for exactly those that the network has.</param>
    /// <returns>What was loaded and, where loading was partial, what was not.</returns>
    /// <exception cref="MalformedFileException">
    /// The stream is not what it should be: the message says which field, what was expected and what was found. Weights of another network
    /// are refused with the list of what differs, unless <paramref name="options"/> ask for a part. The parameters are as before.
    /// </exception>
    public WeightLoadResult LoadWeights(Stream stream, WeightLoadOptions? options = null) => NetworkWeights.Load(this, stream, options);

    /// <summary>Reads the parameters from safetensors that were embedded into an assembly, from where they lie in its image.</summary>
    /// <param name="assembly">The assembly, as <c>typeof(Program).Assembly</c>.</param>
    /// <param name="resource">The resource's name, or just its file's, as <c>digits.safetensors</c>, if no other resource ends so.</param>
    /// <param name="options">Which weights are loaded; null for exactly those that the network has.</param>
    /// <returns>What was loaded and, where loading was partial, what was not.</returns>
    /// <exception cref="ArgumentException">There is no such resource, or several; the message lists those that there are.</exception>
    /// <exception cref="MalformedFileException">
    /// The resource is not what it should be: the message says which field, what was expected and what was found. Weights of another
    /// network are refused with the list of what differs, unless <paramref name="options"/> ask for a part. The parameters are as before.
    /// </exception>
    public WeightLoadResult LoadWeights(Assembly assembly, string resource, WeightLoadOptions? options = null) =>
        NetworkWeights.Load(this, assembly, resource, options);

    /// <summary>Frees what the network holds beside its parameters. Its sessions can no longer be used.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>The code that predicts.</summary>
    /// <param name="vectorBits">One of <see cref="NetworkDescription.VectorWidths"/>.</param>
    /// <returns>A pass from the network's inputs to its outputs.</returns>
    protected internal abstract CompiledPass CreatePredictPass(int vectorBits);

    /// <summary>The code of one step of training; null for a network without a loss.</summary>
    /// <param name="vectorBits">One of <see cref="NetworkDescription.VectorWidths"/>.</param>
    /// <returns>A pass from input and target to prediction, loss and gradients.</returns>
    protected internal virtual CompiledPass? CreateTrainPass(int vectorBits) => null;

    /// <summary>The code of the loss outside of training; null for a network without a loss.</summary>
    /// <param name="vectorBits">One of <see cref="NetworkDescription.VectorWidths"/>.</param>
    /// <returns>
    /// A pass to the loss of each sample, from what the training pass computes besides the loss and, behind that, what it reads.
    /// </returns>
    protected internal virtual CompiledPass? CreateLossPass(int vectorBits) => null;

    /// <summary>The code that predicts on devices; null where none was compiled for the precision.</summary>
    /// <param name="precision">The precision: that of the declaration, or one that its project asks for besides.</param>
    /// <returns>A pass from the network's inputs to its outputs.</returns>
    protected internal virtual DevicePass? CreatePredictDevicePass(Precision precision) => null;

    /// <summary>The code of one step of training on devices; null where none was compiled for the precision.</summary>
    /// <param name="precision">The precision: that of the declaration, or one that its project asks for besides.</param>
    /// <returns>A pass that reads and writes what that of <see cref="CreateTrainPass"/> does.</returns>
    protected internal virtual DevicePass? CreateTrainDevicePass(Precision precision) => null;

    /// <summary>The kernels by which parameters change on devices between two steps; null where none were compiled.</summary>
    /// <returns>A pass without steps.</returns>
    protected internal virtual DevicePass? CreateUpdateDevicePass() => null;

    /// <summary>The code that computes each named layer's output, unfused.</summary>
    /// <param name="vectorBits">One of <see cref="NetworkDescription.VectorWidths"/>.</param>
    /// <returns>A pass with one output for each of <see cref="NetworkDescription.Layers"/>, in that order.</returns>
    protected internal abstract CompiledPass CreateInspectPass(int vectorBits);

    /// <summary>Computes a method of the network, on the calling thread. May be called by several threads at the same time.</summary>
    /// <param name="entry">The method.</param>
    /// <param name="inputs">What it reads, in the order of its parameters: as many samples of each.</param>
    /// <param name="outputs">Where its results go, in their order. They may be longer than needed, and must not overlap anything.</param>
    /// <exception cref="ArgumentException">A length does not fit, or results overlap.</exception>
    protected void RunEntry(EntryPoint entry, ReadOnlySpan<TensorBuffer> inputs, ReadOnlySpan<TensorBuffer> outputs)
    {
        var session = RentSession();
        try
        {
            session.RunEntry(entry, inputs, outputs);
        }
        finally
        {
            Return(session);
        }
    }

    /// <summary>Frees what the network holds.</summary>
    /// <param name="disposing">True unless a finaliser calls.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing)
            return;
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
            DisposeIdleSessions();
            foreach (var pass in _predictPasses.Values)
                pass.LetGo();
            foreach (var pass in _inspectPasses.Values)
                pass.LetGo();
            foreach (var pass in _entryPasses.Values)
                pass.LetGo();
        }
    }

    /// <summary>Copies the parameters to the process, where a device has newer ones.</summary>
    /// <exception cref="DeviceException">The device has failed.</exception>
    internal void BringHome()
    {
        if (IsBehind)
            BringHomeLocked();
        if (Volatile.Read(ref _lost) is not null && Interlocked.Exchange(ref _lost, null) is { } why)
        {
            throw new DeviceException(
                $"{Definition.Name}: what was trained since the parameters were last asked for is lost: {why.Message}", why);
        }
    }

    /// <summary>Whether it is this copy that is newer than the process.</summary>
    internal bool IsAhead(ParameterCopy copy) => Volatile.Read(ref _ahead) == copy;

    /// <summary>Says that a copy is newer.</summary>
    /// <returns>The version of the parameters that it has.</returns>
    internal long SetAhead(ParameterCopy copy)
    {
        lock (_home)
            _ahead = copy;
        return Interlocked.Increment(ref _parameterVersion);
    }

    /// <summary>Goes on with what the process has, because what a copy has is lost.</summary>
    /// <param name="copy">The copy.</param>
    /// <param name="why">What the next one who asks for the parameters is told.</param>
    internal void Forget(ParameterCopy copy, DeviceException why)
    {
        lock (_home)
        {
            if (_ahead != copy)
                return;
            (_ahead, _lost) = (null, why);
        }

        Interlocked.Increment(ref _parameterVersion);
    }

    internal void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_disposed, this);

    /// <summary>The pass that predicts, held once for the caller.</summary>
    internal SharedPass HoldPredictPass()
    {
        lock (_gate)
        {
            ThrowIfDisposed();
            if (!_predictPasses.TryGetValue(_vectorBits, out var pass))
                _predictPasses.Add(_vectorBits, pass = new SharedPass(CreatePredictPass(_vectorBits), _vectorBits));
            return pass.Hold();
        }
    }

    /// <summary>
    /// The pass that computes each layer, held once for the caller. Apart, so that trimming drops it where nothing is watched.
    /// </summary>
    internal SharedPass HoldInspectPass()
    {
        lock (_gate)
        {
            ThrowIfDisposed();
            if (!_inspectPasses.TryGetValue(_vectorBits, out var pass))
                _inspectPasses.Add(_vectorBits, pass = new SharedPass(CreateInspectPass(_vectorBits), _vectorBits));
            return pass.Hold();
        }
    }

    /// <summary>The pass of a method, held once for the caller.</summary>
    internal SharedPass HoldPass(EntryPoint entry, int vectorBits)
    {
        lock (_gate)
        {
            ThrowIfDisposed();
            if (!_entryPasses.TryGetValue((entry, vectorBits), out var pass))
                _entryPasses.Add((entry, vectorBits), pass = new SharedPass(entry.Create(vectorBits), vectorBits));
            return pass.Hold();
        }
    }

    /// <summary>Chooses what new sessions compute on, and how precisely.</summary>
    internal void SetDevice(Device device, Precision precision)
    {
        lock (_gate)
        {
            ThrowIfDisposed();
            (Device, Precision) = (device, precision);
            DisposeIdleSessions();
        }
    }

    private void BringHomeLocked()
    {
        lock (_home)
        {
            _ahead?.CopyTo(_parameters.Pointer);
            _ahead = null;
        }
    }

    private void SetVectorBits(int value)
    {
        lock (_gate)
        {
            _vectorBits = value;
            DisposeIdleSessions();
        }
    }

    private void DisposeIdleSessions()
    {
        while (_idleSessions.TryPop(out var session))
            session.Dispose();
    }

    private Session RentSession()
    {
        lock (_gate)
        {
            ThrowIfDisposed();
            if (_idleSessions.TryPop(out var session))
                return session;
        }

        return new Session(this, Device.DefaultBatch, threads: 1);
    }

    private void Return(Session session)
    {
        lock (_gate)
        {
            if (!_disposed && session.VectorBits == _vectorBits && session.Device == Device && session.Precision == Precision)
            {
                _idleSessions.Push(session);
                return;
            }
        }

        session.Dispose();
    }
}
