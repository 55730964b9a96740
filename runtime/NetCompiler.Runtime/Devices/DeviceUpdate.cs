namespace NetCompiler.Runtime;

/// <summary>
/// Changes a network's parameters by their gradients where both lie, in the memory of a device, with all that an optimiser remembers. Of a
/// step only the norm of its gradients comes to the process, with the losses, and the step's numbers go to the device.
/// </summary>
/// <remarks>Sums have a fixed order: a block's by its threads and then as a tree, and those of all blocks likewise.</remarks>
internal sealed unsafe class DeviceUpdate : IDisposable
{
    // Parameters of a block: enough for each of its threads to have some, few enough for small networks to keep a device busy.
    private const int BlockLength = 2048;

    private readonly IDeviceDriver _driver;
    private readonly DeviceParameters _parameters;
    private readonly DeviceExecutor _executor;
    private readonly nint _module;
    private readonly Dictionary<string, nint> _functions = [];
    private readonly List<nint> _memory = [];
    private readonly List<DeviceRecording> _recordings = [];
    private readonly FloatArena _scalars;
    private readonly FloatArena _pageableNorm = new(1);
    // Where the norm comes to: a copy to page-locked memory does not wait for the work before it.
    private readonly float* _lockedNorm;
    private readonly nint _scalarMemory;
    private readonly nint _normMemory;
    private readonly nint _slotMemory;
    private readonly nint _sumMemory;
    private readonly int _groups;
    private readonly long _slotBytes;
    private readonly DeviceRecording _square;
    private readonly DeviceRecording _squareOfSum;
    private readonly DeviceRecording _move;
    private readonly DeviceRecording _clear;
    private readonly DeviceRecording _add;
    private readonly DeviceRecording _keep;
    private readonly DeviceRecording _restore;
    private bool _disposed;

    /// <summary>Loads the kernels and allocates what they need.</summary>
    /// <param name="network">What the network is called, for messages.</param>
    /// <param name="driver">The session's driver, which is not disposed of with this.</param>
    /// <param name="parameters">The parameters, which the session holds.</param>
    /// <param name="executor">Who computes the gradients.</param>
    /// <param name="kernels">The kernels.</param>
    /// <param name="rule">The optimiser's rule.</param>
    /// <param name="slots">What it remembers of each parameter.</param>
    /// <param name="trained">The parameters that it moves.</param>
    /// <param name="untrained">The parameters that passes change themselves.</param>
    /// <param name="accumulates">Whether gradients of several batches are added up.</param>
    /// <exception cref="DeviceException">The device refuses kernels or memory.</exception>
    public DeviceUpdate(
        string network, IDeviceDriver driver, DeviceParameters parameters, DeviceExecutor executor, DevicePass kernels, string rule, int slots,
        IReadOnlyList<UpdateRange> trained, IReadOnlyList<UpdateRange> untrained, bool accumulates)
    {
        (_driver, _parameters, _executor) = (driver, parameters, executor);
        foreach (var range in trained)
            _groups = Math.Max(_groups, range.Group + 1);
        var name = $"{network}: {kernels.Info.Name}";
        _square = Recording();
        _squareOfSum = Recording();
        _move = Recording();
        _clear = Recording();
        _add = Recording();
        _keep = Recording();
        _restore = Recording();
        // Behind the numbers of the groups, the weight of a batch.
        _scalars = new FloatArena((_groups + 1) * UpdateLayout.ScalarStride);
        try
        {
            _module = driver.LoadModule(kernels);
            _scalarMemory = Allocate(_scalars.Length * (long)sizeof(float));
            _normMemory = Allocate(sizeof(float));
            _lockedNorm = driver is IOverlappingDriver overlapping ? (float*)overlapping.AllocateHost(sizeof(float)) : null;
            _slotBytes = parameters.Bytes * slots;
            _slotMemory = Allocate(_slotBytes);
            _sumMemory = accumulates ? Allocate(parameters.Bytes) : 0;
            var gradients = accumulates ? _sumMemory : executor.GradientMemory;
            var (blocks, count) = Table(trained);
            if (count > 0)
            {
                var partial = Allocate(count * (long)sizeof(float));
                Square(_square, executor.GradientMemory);
                Square(_squareOfSum, gradients);
                Begin(_move, UpdateLayout.Move + rule, count, blocks, _scalarMemory, gradients, parameters.Memory);
                for (var slot = 0; slot < slots; slot++)
                    _move.Add(_slotMemory + (nint)(slot * parameters.Bytes));
                if (accumulates)
                {
                    var weight = _scalarMemory + _groups * UpdateLayout.ScalarStride * sizeof(float);
                    _clear.AddClear(_sumMemory, parameters.Bytes);
                    Begin(_add, UpdateLayout.Add, count, blocks, weight, executor.GradientMemory, _sumMemory);
                }

                void Square(DeviceRecording recording, nint values)
                {
                    Begin(recording, UpdateLayout.Square, count, blocks, values, partial);
                    Begin(recording, UpdateLayout.Sum, 1, partial, _normMemory);
                    recording.Add(count);
                }
            }

            var (untrainedBlocks, untrainedCount) = Table(untrained);
            if (untrainedCount > 0)
            {
                var kept = Allocate(parameters.Bytes);
                Begin(_keep, UpdateLayout.Copy, untrainedCount, untrainedBlocks, parameters.Memory, kept);
                Begin(_restore, UpdateLayout.Copy, untrainedCount, untrainedBlocks, kept, parameters.Memory);
            }

            driver.Synchronize();
        }
        catch
        {
            Dispose();
            throw;
        }

        executor.Update = this;

        DeviceRecording Recording()
        {
            var recording = new DeviceRecording(name);
            _recordings.Add(recording);
            return recording;
        }
    }

    /// <summary>The square of the norm of the last batch's gradients; infinite where it is beyond a float, or where one of them is.</summary>
    public float SquaredNorm => *NormPointer;

    /// <summary>What gradients are multiplied by in the next step.</summary>
    public float GradientScale { get; set; } = 1f;

    /// <summary>The largest magnitude that a gradient has behind that.</summary>
    public float GradientLimit { get; set; } = float.PositiveInfinity;

    /// <summary>The numbers that the rule has in the next step, for a group of parameters.</summary>
    /// <param name="group">The group.</param>
    public Span<float> Scalars(int group) => _scalars.Span.Slice(
        group * UpdateLayout.ScalarStride + UpdateLayout.FirstScalar, UpdateLayout.ScalarStride - UpdateLayout.FirstScalar);

    /// <summary>Remembers the parameters that passes change themselves.</summary>
    public void Keep() => Run(_keep);

    /// <summary>Takes back what passes did to parameters since <see cref="Keep"/>.</summary>
    public void Restore()
    {
        if (_restore.IsEmpty)
            return;
        Run(_restore);
        _parameters.Changed(_driver);
    }

    /// <summary>Asks for the norm of the gradients that a pass computes: it is there when the driver has been waited for.</summary>
    public void LaunchNorm() => LaunchNorm(_square);

    /// <summary>Adds the last batch's gradients to those of the step.</summary>
    /// <param name="weight">The batch's part of the step.</param>
    /// <param name="isFirst">Whether it is the step's first.</param>
    public void Accumulate(float weight, bool isFirst)
    {
        if (isFirst)
            Run(_clear);
        _scalars.Span[_groups * UpdateLayout.ScalarStride] = weight;
        UploadScalars();
        Run(_add);
    }

    /// <summary>The square of the norm of the step's gradients.</summary>
    public float WaitForSquaredNorm()
    {
        LaunchNorm(_squareOfSum);
        _driver.Synchronize();
        return SquaredNorm;
    }

    /// <summary>Moves the parameters.</summary>
    public void Move()
    {
        for (var group = 0; group < _groups; group++)
        {
            var scalars = _scalars.Span.Slice(group * UpdateLayout.ScalarStride, UpdateLayout.FirstScalar);
            (scalars[UpdateLayout.GradientScale], scalars[UpdateLayout.GradientLimit]) = (GradientScale, GradientLimit);
        }

        UploadScalars();
        Run(_move);
        _parameters.Changed(_driver);
    }

    /// <summary>Copies the last batch's gradients to the process.</summary>
    /// <param name="gradients">As many floats as the network has parameters.</param>
    public void ReadGradients(Span<float> gradients) => Read(_executor.GradientMemory, gradients);

    /// <summary>Copies the step's gradients to the process, where several batches make one.</summary>
    /// <param name="gradients">As many floats as the network has parameters.</param>
    public void ReadSum(Span<float> gradients) => Read(_sumMemory, gradients);

    /// <summary>Copies what the rule remembers to the process.</summary>
    /// <param name="slots">Slot 0 of all parameters, slot 1 of all parameters, and so on.</param>
    public void ReadSlots(Span<float> slots) => Read(_slotMemory, slots);

    /// <summary>Says what the rule remembers.</summary>
    /// <param name="slots">Slot 0 of all parameters, slot 1 of all parameters, and so on.</param>
    public void WriteSlots(ReadOnlySpan<float> slots)
    {
        if (slots.IsEmpty)
            return;
        fixed (float* pointer = slots)
        {
            _driver.Upload(_slotMemory, pointer, _slotBytes);
            _driver.Synchronize();
        }
    }

    /// <summary>Frees everything on the device.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _executor.Update = null;
        try
        {
            // The last step may still be moving parameters by what is freed here.
            _driver.Synchronize();
        }
        catch (DeviceException)
        {
            // Of a device that has failed nothing is waited for. Who asks for the parameters is told.
        }

        foreach (var recording in _recordings)
            recording.Dispose(_driver);
        foreach (var memory in _memory)
            _driver.Free(memory);
        if (_lockedNorm != null)
            ((IOverlappingDriver)_driver).FreeHost(_lockedNorm);
        if (_module != 0)
            _driver.UnloadModule(_module);
    }

    private float* NormPointer => _lockedNorm == null ? _pageableNorm.Pointer : _lockedNorm;

    private void LaunchNorm(DeviceRecording square)
    {
        *NormPointer = 0f;
        if (square.IsEmpty)
            return;
        Run(square);
        _driver.Download(NormPointer, _normMemory, sizeof(float));
    }

    private void Run(DeviceRecording recording) => recording.Run(_driver, seed: 0, first: 0, _executor.IsChecked);

    // The step's numbers stay as they are until the next batch has been waited for.
    private void UploadScalars() => _driver.Upload(_scalarMemory, _scalars.Pointer, _scalars.Length * (long)sizeof(float));

    private void Read(nint memory, Span<float> to)
    {
        if (to.IsEmpty)
            return;
        fixed (float* pointer = to)
        {
            _driver.Download(pointer, memory, to.Length * (long)sizeof(float));
            _driver.Synchronize();
        }
    }

    private nint Allocate(long bytes)
    {
        if (bytes == 0)
            return 0;
        var memory = _driver.Allocate(bytes);
        _memory.Add(memory);
        return memory;
    }

    private void Begin(DeviceRecording recording, string kernel, int groups, params ReadOnlySpan<nint> arguments)
    {
        if (!_functions.TryGetValue(kernel, out var function))
            _functions.Add(kernel, function = _driver.Function(_module, kernel));
        recording.Begin(kernel, function, new Dim3(groups, 1, 1), new Dim3(UpdateLayout.Threads, 1, 1));
        foreach (var argument in arguments)
            recording.Add(argument);
    }

    // The ranges cut into blocks, on the device.
    private (nint Memory, int Count) Table(IReadOnlyList<UpdateRange> ranges)
    {
        var blocks = new List<int>();
        foreach (var range in ranges)
        {
            var end = range.Offset + range.Count;
            for (var first = range.Offset; first < end; first += BlockLength)
                blocks.AddRange([first, Math.Min(first + BlockLength, end), range.Group]);
        }

        var memory = Allocate(blocks.Count * (long)sizeof(int));
        fixed (int* pointer = blocks.ToArray())
        {
            if (memory != 0)
            {
                _driver.Upload(memory, pointer, blocks.Count * (long)sizeof(int));
                _driver.Synchronize();
            }
        }

        return (memory, blocks.Count / UpdateLayout.BlockIntegers);
    }
}
