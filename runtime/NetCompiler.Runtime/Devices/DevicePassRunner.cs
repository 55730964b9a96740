using NetCompiler.Runtime;

namespace NetCompiler;

/// <summary>Runs a pass on a device, with a driver of its own.</summary>
internal sealed unsafe class DevicePassRunner : PassRunner
{
    private readonly Network _network;
    private readonly DevicePassInfo _info;
    private readonly IDeviceDriver _driver;
    private readonly DeviceExecutor _executor;
    private readonly DeviceParameters _parameters;
    private long _version = -1;

    /// <summary>Prepares a pass.</summary>
    /// <param name="network">The network.</param>
    /// <param name="device">The device.</param>
    /// <param name="pass">The pass.</param>
    /// <param name="driver">Its driver, which is disposed of with this.</param>
    /// <param name="maxBatch">The batch to have room for.</param>
    public DevicePassRunner(Network network, Device device, DevicePass pass, IDeviceDriver driver, int maxBatch)
    {
        (_network, _info, _driver) = (network, pass.Info, driver);
        try
        {
            _parameters = DeviceParameters.Hold(network, device, driver);
            _executor = new DeviceExecutor(
                driver, pass, network.Definition.Name, maxBatch, _parameters.Memory, _parameters.Bytes);
        }
        catch
        {
            _parameters?.LetGo(driver);
            driver.Dispose();
            throw;
        }
    }

    public override IReadOnlyList<TensorInfo> Inputs => _info.Inputs;

    public override IReadOnlyList<TensorInfo> Outputs => _info.Outputs;

    public override bool CanLoadAhead => _executor.Overlaps && _executor.HasRoom;

    public override void TakeParameters(bool evenIfUnchanged)
    {
        var version = _parameters.Refresh(_driver, evenIfUnchanged);
        if (version == _version)
            return;
        _executor.Prepare();
        _version = version;
    }

    // What there is no room for comes in parts, each of which begins at its place in the batch. Where the device can, a part comes and goes
    // while another one is computed.
    public override void Run(byte** inputs, byte** outputs, int samples, float* gradients, uint seed)
    {
        var readFrom = stackalloc byte*[_info.Inputs.Count];
        var writeTo = stackalloc byte*[_info.Outputs.Count];
        var part = _executor.MaxBatch;
        var aside = samples > part && _executor.Overlaps;
        try
        {
            for (int launched = 0, finished = 0; finished < samples; finished += part)
            {
                for (; launched < samples && _executor.HasRoom; launched += part)
                {
                    At(readFrom, inputs, _info.Inputs, launched);
                    _executor.Load(readFrom, Math.Min(part, samples - launched), aside);
                    _executor.Launch(seed, launched, aside);
                }

                At(writeTo, outputs, _info.Outputs, finished);
                _executor.Finish(writeTo);
            }
        }
        catch
        {
            _executor.Forget();
            throw;
        }

        if (gradients is not null)
            TakeGradients(gradients);

        static void At(byte** places, byte** tensors, IReadOnlyList<TensorInfo> infos, int sample)
        {
            for (var i = 0; i < infos.Count; i++)
                places[i] = tensors[i] + (nint)sample * infos[i].SizeInBytes;
        }
    }

    public override void LoadAhead(byte** inputs, int samples) => _executor.Load(inputs, samples, aside: true);

    public override void Begin(byte** inputs, byte** outputs, int samples, float* gradients, uint seed)
    {
        if (!_executor.IsLoaded)
            _executor.Load(inputs, samples, aside: false);
        _executor.Launch(seed, first: 0, aside: false);
    }

    public override void Finish(byte** outputs, float* gradients)
    {
        _executor.Finish(outputs);
        if (gradients is not null)
            TakeGradients(gradients);
    }

    public override void Forget() => _executor.Forget();

    public override DeviceUpdate? CreateUpdate(
        string rule, int slots, IReadOnlyList<UpdateRange> trained, IReadOnlyList<UpdateRange> untrained, bool accumulates) =>
        _executor.GradientMemory == 0 || _network.CreateUpdateDevicePass() is not { } kernels
            ? null
            : new DeviceUpdate(
                _network.Definition.Name, _driver, _parameters, _executor, kernels, rule, slots, trained, untrained, accumulates);

    public override CpuPassRunner OnCpu(string what) => throw new NotSupportedException(
        $"{_network.Definition.Name}: {what} is there on the processor alone, and the session computes on {_driver.Name}: "
            + "use On(Device.Cpu).");

    // Where training changes parameters itself, they stay where they are.
    private void TakeGradients(float* gradients)
    {
        if (_executor.Update is not null)
        {
            // Running statistics too.
            if (_info.Updates.Count > 0)
                _parameters.Changed(_driver);
            return;
        }

        _executor.GetGradients(gradients);
        _executor.GetUpdates(_network.ParameterPointer);
    }

    public override void Dispose()
    {
        _executor.Update?.Dispose();
        _executor.Dispose();
        _parameters.LetGo(_driver);
        _driver.Dispose();
    }
}
