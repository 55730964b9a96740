namespace NetCompiler.Runtime;

/// <summary>
/// What a device does in order. Two streams do not wait for each other unless they are told to: <see cref="IOverlappingDriver.Wait"/>.
/// </summary>
public enum DeviceStream
{
    /// <summary>Launches, and the copies of <see cref="IDeviceDriver"/>.</summary>
    Work,

    /// <summary>Copies to the device besides.</summary>
    Upload,

    /// <summary>Copies from the device besides.</summary>
    Download,
}
