using NetCompiler.Runtime;

namespace NetCompiler;

/// <summary>Runs a pass on a device, with a driver of its own.</summary>
internal sealed unsafe class DevicePassRunner : PassRunner
{
    private readonly Network _network;
    private readonly DevicePassInfo _info;
    private readonly IDeviceDriver _driver;
    private readonly DeviceExecutor _executor;
    private long _version = -1;

    /// <summary>Prepares a pass.</summary>
    /// <param name="network">The network.</param>
    /// <param name="pass">The pass.</param>
    /// <param name="driver">The device, which is disposed of with this.</param>
    /// <param name="maxBatch">The batch to have room for.</param>
    public DevicePassRunner(Network network, DevicePass pass, IDeviceDriver driver, int maxBatch)
    {
        (_network, _info, _driver) = (network, pass.Info, driver);
        try
        {
            _executor = new DeviceExecutor(driver, pass, network.Definition.Name, maxBatch, network.Parameters.Length);
        }
        catch
        {
            driver.Dispose();
            throw;
        }
    }

    public override IReadOnlyList<TensorInfo> Inputs => _info.Inputs;

    public override IReadOnlyList<TensorInfo> Outputs => _info.Outputs;

    public override void TakeParameters(bool evenIfUnchanged)
    {
        // Read before the values are: parameters that change meanwhile will be met as a newer version.
        var version = _network.ParameterVersion;
        if (version == _version && !evenIfUnchanged)
            return;
        _executor.SetParameters(_network.ParameterPointer);
        _version = version;
    }

    // What there is no room for comes in groups, each of which begins at its place in the batch.
    public override void Run(byte** inputs, byte** outputs, int samples, float* gradients, uint seed)
    {
        var readFrom = stackalloc byte*[_info.Inputs.Count];
        var writeTo = stackalloc byte*[_info.Outputs.Count];
        for (var first = 0; first < samples; first += _executor.MaxBatch)
        {
            for (var i = 0; i < _info.Inputs.Count; i++)
                readFrom[i] = inputs[i] + (nint)first * _info.Inputs[i].SizeInBytes;
            for (var i = 0; i < _info.Outputs.Count; i++)
                writeTo[i] = outputs[i] + (nint)first * _info.Outputs[i].SizeInBytes;
            _executor.Run(readFrom, writeTo, Math.Min(_executor.MaxBatch, samples - first), seed, first);
        }

        if (gradients is null)
            return;
        _executor.GetGradients(gradients);
        _executor.GetUpdates(_network.ParameterPointer);
    }

    public override CpuPassRunner OnCpu(string what) => throw new NotSupportedException(
        $"{_network.Definition.Name}: {what} is there on the processor alone, and the session computes on {_driver.Name}: "
            + "use On(Device.Cpu).");

    public override void Dispose()
    {
        _executor.Dispose();
        _driver.Dispose();
    }
}
