using NetCompiler.Runtime;

namespace NetCompiler;

/// <summary>
/// The parameters of a network on one device: one copy, which all sessions there share. It is renewed when those of the process have
/// changed; where training changes it, it is ahead of those until somebody looks at them.
/// </summary>
/// <remarks>
/// While parameters change, nobody else may use them: so whoever reads here has waited for the one who wrote, or its own stream has.
/// </remarks>
internal sealed unsafe class DeviceParameters : ParameterCopy
{
    private readonly Network _network;
    private readonly Device _device;
    private readonly Lock _gate = new();

    // A driver is for one thread at a time: those who wait for the last writer's work, or copy what it wrote, take turns. Taken last.
    private readonly Lock _writing = new();
    // Who changed them, as long as they are ahead.
    private IDeviceDriver? _writer;
    private long _taken = -1;
    private long _version;
    private int _holders;

    private DeviceParameters(Network network, Device device, IDeviceDriver driver)
    {
        (_network, _device) = (network, device);
        Bytes = network.Table.ArenaLength * (long)sizeof(float);
        Memory = Bytes == 0 ? 0 : driver.Allocate(Bytes);
    }

    /// <summary>Where they lie on the device; 0 where a network has none.</summary>
    public nint Memory { get; }

    /// <summary>How much that is.</summary>
    public long Bytes { get; }

    /// <summary>The copy of a network on a device, held once for the caller.</summary>
    /// <param name="network">The network.</param>
    /// <param name="device">The device.</param>
    /// <param name="driver">One of its drivers, to allocate by.</param>
    public static DeviceParameters Hold(Network network, Device device, IDeviceDriver driver)
    {
        lock (network.Copies)
        {
            if (!network.Copies.TryGetValue(device, out var copy))
                network.Copies.Add(device, copy = new DeviceParameters(network, device, driver));
            var held = (DeviceParameters)copy;
            held._holders++;
            return held;
        }
    }

    /// <summary>Lets go of it; the last one frees it. What only this driver has seen change comes to the process.</summary>
    /// <param name="driver">The driver of who lets go.</param>
    public void LetGo(IDeviceDriver driver)
    {
        // Nobody may wait for this driver's work any more when it has gone.
        lock (_gate)
        {
            if (_network.IsAhead(this) && _writer == driver)
            {
                try
                {
                    _network.BringHome();
                }
                catch (DeviceException exception)
                {
                    // Of a device that has failed there is nothing to bring home. Who asks for the parameters is told.
                    _network.Forget(this, exception);
                }
            }
        }

        lock (_network.Copies)
        {
            if (--_holders > 0)
                return;
            _network.Copies.Remove(_device);
        }

        if (Memory != 0)
            driver.Free(Memory);
    }

    /// <summary>Renews the copy where the process has newer parameters.</summary>
    /// <param name="driver">Who reads it.</param>
    /// <param name="evenIfUnchanged">
    /// True to do so also where nobody has said that they changed. Where the copy is ahead, nobody has had them to change.
    /// </param>
    /// <returns>The version of the copy.</returns>
    public long Refresh(IDeviceDriver driver, bool evenIfUnchanged)
    {
        lock (_gate)
        {
            if (_network.IsAhead(this))
            {
                if (_writer != driver)
                {
                    lock (_writing)
                        _writer!.Synchronize();
                }

                return _version;
            }

            // Read before the values are: parameters that change meanwhile will be met as a newer version.
            var version = _network.ParameterVersion;
            if (version == _taken && !evenIfUnchanged)
                return _version;
            if (Memory != 0)
            {
                driver.Upload(Memory, _network.ParameterPointer, Bytes);
                driver.Synchronize();
            }

            _taken = version;
            return ++_version;
        }
    }

    /// <summary>Says that the copy has changed, or will have when what its writer was asked for is done.</summary>
    /// <param name="writer">Who changes it.</param>
    public void Changed(IDeviceDriver writer)
    {
        lock (_gate)
        {
            _writer = writer;
            _taken = _network.SetAhead(this);
            _version++;
        }
    }

    public override void CopyTo(float* parameters)
    {
        lock (_writing)
        {
            _writer!.Download(parameters, Memory, Bytes);
            _writer.Synchronize();
        }
    }
}
