using NetCompiler.Runtime;

namespace NetCompiler;

/// <summary>What a network is computed on: the processor, or a GPU.</summary>
public sealed class Device
{
    private readonly int? _gpu;

    private Device(int? gpu, string name) => (_gpu, Name) = (gpu, name);

    /// <summary>The processor.</summary>
    public static Device Cpu { get; } = new(null, "CPU");

    /// <summary>The first GPU that CUDA has; where there is none, the processor.</summary>
    public static Device Best
    {
        get
        {
            try
            {
                return Cuda();
            }
            catch (DeviceException)
            {
                return Cpu;
            }
        }
    }

    /// <summary>Its name, as its driver has it.</summary>
    public string Name { get; }

    /// <summary>True for the processor.</summary>
    public bool IsCpu => _gpu is null;

    /// <summary>An NVIDIA GPU.</summary>
    /// <param name="index">Its number; 0 is the first.</param>
    /// <exception cref="DeviceException">There is no driver, no such GPU, or it is too old; the message says which.</exception>
    public static Device Cuda(int index = 0)
    {
        using var driver = CudaDriver.Open(index);
        return new Device(index, driver.Name);
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>Opens the driver.</summary>
    /// <exception cref="InvalidOperationException">The processor has none.</exception>
    public IDeviceDriver Open() =>
        _gpu is { } index ? CudaDriver.Open(index) : throw new InvalidOperationException("The processor needs no driver.");
}
