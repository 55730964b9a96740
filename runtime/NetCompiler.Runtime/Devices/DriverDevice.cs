using NetCompiler.Runtime;

namespace NetCompiler;

/// <summary>
/// A device that has a driver. Each session opens the driver for itself, so that sessions do not wait for each other; they share the
/// network's parameters.
/// </summary>
public sealed class DriverDevice : Device
{
    // As many samples as a kernel takes at a time.
    private const int Samples = 64;

    private readonly Func<IDeviceDriver> _open;

    /// <summary>A device.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="open">
    /// Opens the driver: once for each pass of a session, which disposes of it. What one driver allocates, all drivers of the device can
    /// use and free, as long as one of them is open.
    /// </param>
    public DriverDevice(string name, Func<IDeviceDriver> open)
        : base(name)
    {
        ArgumentNullException.ThrowIfNull(open);
        _open = open;
    }

    /// <summary>
    /// True where kernels compute in single precision alone, so that a network's code is that of its declaration whatever precision it is
    /// asked for.
    /// </summary>
    public bool IsSinglePrecision { get; init; }

    /// <summary>Opens the driver.</summary>
    internal IDeviceDriver Open() => _open();

    internal override int DefaultBatch => Samples;

    internal override void Check(Network network, Precision precision) => _ = Find(network, NetworkPass.Predict, precision);

    internal override PassRunner CreateRunner(Network network, NetworkPass pass, Precision precision, int maxBatch, WorkerPool workers) =>
        new DevicePassRunner(network, this, Find(network, pass, precision), _open(), maxBatch);

    private DevicePass Find(Network network, NetworkPass pass, Precision precision)
    {
        var declared = network.Definition.Precision;
        if (pass.OnDevice(network, IsSinglePrecision ? declared : precision) is { } code)
            return code;
        throw new DeviceException(pass.OnDevice(network, declared) is null
            ? $"{network.Definition.Name} has no code for {pass.Name} on {Name}: {pass.Remedy}."
            : $"{network.Definition.Name} has no code for {pass.Name} on {Name} with Precision.{precision}: name {precision} in "
                + $"NetCompilerCudaPrecisions in its project, or compute with On(device), which is Precision.{declared}.");
    }
}
