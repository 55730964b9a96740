namespace NetCompiler;

/// <summary>The choice of what a network is computed on.</summary>
public static class NetworkDevices
{
    /// <summary>
    /// Chooses what a network is computed on, in the precision that it is declared with: every session, trainer and prediction that begins
    /// from here on. Those that are there already stay where they are. Its sessions on a
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
        return Choose(network, device, network.Definition.Precision);
    }

    /// <summary>
    /// Chooses what a network is computed on, as <see cref="On{TNetwork}(TNetwork, Device)"/> does, and in which precision. Parameters stay
    /// what they are, in single precision, and all sessions on the device share them, whatever their precision.
    /// </summary>
    /// <remarks>
    /// Precisions besides that of the declaration are compiled where the network's project names them in <c>NetCompilerCudaPrecisions</c>.
    /// The processor, accelerators of ILGPU and GPUs below compute capability 8.0 compute in single precision all the same.
    /// </remarks>
    /// <typeparam name="TNetwork">The network's class.</typeparam>
    /// <param name="network">The network.</param>
    /// <param name="device">What to compute on.</param>
    /// <param name="precision"><see cref="Precision.Default"/>, <see cref="Precision.Tf32"/> or <see cref="Precision.BFloat16"/>.</param>
    /// <returns>The network itself.</returns>
    /// <exception cref="ArgumentException"><paramref name="precision"/> is <see cref="Precision.Strict"/>, or none that there is.</exception>
    /// <exception cref="DeviceException">The network was not compiled for this kind of device, or for the precision.</exception>
    public static TNetwork On<TNetwork>(this TNetwork network, Device device, Precision precision)
        where TNetwork : Network
    {
        ArgumentNullException.ThrowIfNull(network);
        if (precision is not (Precision.Default or Precision.Tf32 or Precision.BFloat16))
        {
            throw new ArgumentException(
                $"{network.Definition.Name}: expected Precision.Default, Tf32 or BFloat16, found {precision}."
                    + (precision == Precision.Strict ? " Strict is what code for the processor is compiled with: [Network(Precision = Precision.Strict)]." : ""),
                nameof(precision));
        }

        return Choose(network, device, precision);
    }

    private static TNetwork Choose<TNetwork>(TNetwork network, Device device, Precision precision)
        where TNetwork : Network
    {
        ArgumentNullException.ThrowIfNull(device);
        device.Check(network, precision);
        network.SetDevice(device, precision);
        return network;
    }
}
