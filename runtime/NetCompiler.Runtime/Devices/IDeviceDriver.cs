namespace NetCompiler.Runtime;

/// <summary>
/// What a device can do, as its driver offers it: memory, kernels, and launches in the order in which they are asked for. Below this is
/// CUDA; tests have a driver that interprets kernels.
/// </summary>
/// <remarks>For one thread at a time. Copies and launches may return before they are done; <see cref="Synchronize"/> waits.</remarks>
public unsafe interface IDeviceDriver : IDisposable
{
    /// <summary>The device's name.</summary>
    string Name { get; }

    /// <summary>Compiles kernels.</summary>
    /// <param name="module">PTX as UTF-8.</param>
    /// <exception cref="DeviceException">The driver refuses them; the message has what it says.</exception>
    nint LoadModule(ReadOnlySpan<byte> module);

    /// <summary>A kernel of a module.</summary>
    nint Function(nint module, string name);

    /// <summary>Lets go of a module.</summary>
    void UnloadModule(nint module);

    /// <summary>Memory on the device.</summary>
    nint Allocate(long bytes);

    /// <summary>Frees memory.</summary>
    void Free(nint memory);

    /// <summary>Copies to the device.</summary>
    void Upload(nint to, void* from, long bytes);

    /// <summary>Copies from the device.</summary>
    void Download(void* to, nint from, long bytes);

    /// <summary>Fills memory with zeros.</summary>
    void Clear(nint memory, long bytes);

    /// <summary>Launches a kernel.</summary>
    /// <param name="function">The kernel.</param>
    /// <param name="groups">Groups of threads.</param>
    /// <param name="threads">Threads of a group.</param>
    /// <param name="arguments">A pointer to each argument: of 8 bytes for memory, of 4 for numbers.</param>
    void Launch(nint function, (int X, int Y, int Z) groups, (int X, int Y, int Z) threads, void** arguments);

    /// <summary>From here on launches and <see cref="Clear"/> are noted instead of done.</summary>
    void BeginCapture();

    /// <summary>Ends <see cref="BeginCapture"/>.</summary>
    /// <returns>What was noted, to be done as often as wanted; 0 where the device cannot, and nothing was done.</returns>
    nint EndCapture();

    /// <summary>Does what was noted.</summary>
    void Replay(nint graph);

    /// <summary>Lets go of what was noted.</summary>
    void FreeGraph(nint graph);

    /// <summary>Waits until all is done.</summary>
    void Synchronize();
}
