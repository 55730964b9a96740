namespace NetCompiler.Runtime;

/// <summary>
/// What a device can do, as its driver offers it: memory, kernels, and copies and launches, which are done in the order in which they are
/// asked for. Below this is CUDA, or what emitted code makes of an ILGPU accelerator; tests have one that interprets kernels.
/// </summary>
/// <remarks>
/// For one thread at a time. Copies and launches may return before they are done; <see cref="Synchronize"/> waits. What fails is a
/// <see cref="DeviceException"/>, but for what frees, which never throws.
/// </remarks>
public unsafe interface IDeviceDriver : IDisposable
{
    /// <summary>The device's name.</summary>
    string Name { get; }

    /// <summary>Whether launches can be noted and replayed.</summary>
    bool CanCapture { get; }

    /// <summary>Makes the kernels of a pass ready.</summary>
    /// <param name="pass">The pass.</param>
    /// <returns>A handle, never 0.</returns>
    /// <exception cref="DeviceException">
    /// The pass has no kernels for such a device, or the driver refuses them; the message has what it says.
    /// </exception>
    nint LoadModule(DevicePass pass);

    /// <summary>A kernel of a module.</summary>
    /// <param name="module">What <see cref="LoadModule"/> gave.</param>
    /// <param name="kernel">The kernel's name.</param>
    /// <returns>A handle, never 0.</returns>
    nint Function(nint module, string kernel);

    /// <summary>Lets go of a module.</summary>
    /// <param name="module">What <see cref="LoadModule"/> gave.</param>
    void UnloadModule(nint module);

    /// <summary>Allocates memory on the device, with nothing particular in it.</summary>
    /// <param name="bytes">How much, more than 0.</param>
    /// <returns>Its address, to which offsets may be added; aligned to 16 bytes at least, never 0.</returns>
    nint Allocate(long bytes);

    /// <summary>Frees memory.</summary>
    /// <param name="memory">What <see cref="Allocate"/> gave.</param>
    void Free(nint memory);

    /// <summary>Copies to the device. The source stays as it is until <see cref="Synchronize"/> returns.</summary>
    /// <param name="to">An address on the device.</param>
    /// <param name="from">An address of this process.</param>
    /// <param name="bytes">How much.</param>
    void Upload(nint to, void* from, long bytes);

    /// <summary>Copies from the device. What is copied is there when <see cref="Synchronize"/> returns.</summary>
    /// <param name="to">An address of this process.</param>
    /// <param name="from">An address on the device.</param>
    /// <param name="bytes">How much.</param>
    void Download(void* to, nint from, long bytes);

    /// <summary>Fills memory with zeros.</summary>
    /// <param name="memory">An address on the device.</param>
    /// <param name="bytes">How much.</param>
    void Clear(nint memory, long bytes);

    /// <summary>Launches a kernel.</summary>
    /// <param name="function">What <see cref="Function"/> gave.</param>
    /// <param name="grid">Groups of threads.</param>
    /// <param name="group">Threads of a group.</param>
    /// <param name="arguments">
    /// A pointer to each argument: 8 bytes with an address on the device, or 4 bytes with a number. They are read before this returns.
    /// </param>
    void Launch(nint function, Dim3 grid, Dim3 group, void** arguments);

    /// <summary>From here on launches and <see cref="Clear"/> are noted instead of done.</summary>
    void BeginCapture();

    /// <summary>Ends what <see cref="BeginCapture"/> began.</summary>
    /// <returns>What was noted, to be done as often as wanted; never 0.</returns>
    nint EndCapture();

    /// <summary>Ends what <see cref="BeginCapture"/> began, and forgets what was noted. Never throws.</summary>
    void CancelCapture();

    /// <summary>Does what was noted.</summary>
    /// <param name="graph">What <see cref="EndCapture"/> gave.</param>
    void Replay(nint graph);

    /// <summary>Lets go of what was noted.</summary>
    /// <param name="graph">What <see cref="EndCapture"/> gave.</param>
    void FreeGraph(nint graph);

    /// <summary>Waits until all is done that was asked for.</summary>
    /// <exception cref="DeviceException">Something of it failed.</exception>
    void Synchronize();
}
