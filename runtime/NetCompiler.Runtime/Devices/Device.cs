using NetCompiler.Runtime;

namespace NetCompiler;

/// <summary>What a network is computed on: the processor, or a device that has a driver. <see cref="NetworkDevices"/> chooses.</summary>
public abstract class Device
{
    private protected Device(string name) => Name = name;

    /// <summary>The processor: what networks are computed on unless something else is said.</summary>
    public static Device Cpu { get; } = new CpuDevice();

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
    public bool IsCpu => this is CpuDevice;

    /// <summary>An NVIDIA GPU of compute capability 7.0 or more, by CUDA's driver, which NVIDIA's display driver brings along.</summary>
    /// <param name="index">Its number; 0 is the first.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is negative.</exception>
    /// <exception cref="DeviceException">There is no driver, no such GPU, or one of them is too old; the message says which.</exception>
    public static Device Cuda(int index = 0)
    {
        using var driver = CudaDriver.Open(index);
        return new DriverDevice(driver.Name, () => CudaDriver.Open(index));
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>The batch that sessions have room for where nobody says how large batches are.</summary>
    internal abstract int DefaultBatch { get; }

    /// <summary>Makes sure that a network can be computed here, as far as that is known before it is.</summary>
    /// <param name="network">The network.</param>
    /// <param name="precision">How precisely.</param>
    /// <exception cref="DeviceException">It was not compiled for this kind of device, or for the precision.</exception>
    internal abstract void Check(Network network, Precision precision);

    /// <summary>Prepares a pass of a network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="pass">Which of its passes.</param>
    /// <param name="precision">How precisely, where it is a device.</param>
    /// <param name="maxBatch">The batch to have room for.</param>
    /// <param name="workers">The threads that there are.</param>
    /// <exception cref="DeviceException">The network has no such pass for this kind of device, or the device refuses it.</exception>
    internal abstract PassRunner CreateRunner(Network network, NetworkPass pass, Precision precision, int maxBatch, WorkerPool workers);
}
