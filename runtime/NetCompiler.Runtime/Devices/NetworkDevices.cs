namespace NetCompiler;

/// <summary>The choice of what a network is computed on.</summary>
public static class NetworkDevices
{
    /// <summary>
    /// Chooses what a network is computed on: every session, trainer and prediction that begins from here on. Those that are there
    /// already stay where they are. Its sessions on a
    /// device share one copy of the parameters there, which is renewed when they have changed. A trainer changes that copy; those in the
    /// process follow when somebody looks at them.
    /// </summary>
    /// <typeparam name="TNetwork">The network's class.</typeparam>
    /// <param name="network">The network.</param>
    /// <param name="device">What to compute on.</param>
    /// <returns>The network itself.</returns>
    /// <exception cref="DeviceException">The network was not compiled for this kind of device.</exception>
    public static TNetwork On<TNetwork>(this TNetwork network, Device device)
        where TNetwork : Network
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(device);
        device.Check(network);
        network.SetDevice(device);
        return network;
    }
}
