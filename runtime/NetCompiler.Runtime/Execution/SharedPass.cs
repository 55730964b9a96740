namespace NetCompiler.Runtime;

/// <summary>
/// A pass of one network with the values it derives from the parameters: shared by the network's sessions, and refreshed by
/// the first that meets a new version of the parameters.
/// </summary>
/// <remarks>
/// The network and each session hold it once. When all have let go, the memory is freed; where one forgot, the finaliser of the
/// arena frees it.
/// </remarks>
internal sealed unsafe class SharedPass
{
    private readonly NativeArena _derived;
    private readonly Lock _refreshing = new();
    private long _version = -1;
    private int _holders = 1;

    public SharedPass(CompiledPass pass, int vectorBits)
    {
        Pass = pass;
        VectorBits = vectorBits;
        _derived = new NativeArena(pass.Info.DerivedBytes);
    }

    public CompiledPass Pass { get; }

    public int VectorBits { get; }

    public SharedPass Hold()
    {
        Interlocked.Increment(ref _holders);
        return this;
    }

    public void LetGo()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
            _derived.Dispose();
    }

    /// <summary>The derived values, as they were last computed.</summary>
    public byte* Derived => _derived.Pointer;

    /// <summary>Computes the derived values for the parameters as they are now.</summary>
    public void Refresh(Network network, PassExecutor executor, bool evenIfUnchanged)
    {
        if (evenIfUnchanged || Volatile.Read(ref _version) != network.ParameterVersion)
            RefreshLocked(network, executor, evenIfUnchanged);
    }

    private void RefreshLocked(Network network, PassExecutor executor, bool evenIfUnchanged)
    {
        lock (_refreshing)
        {
            // Read before the values are: parameters that change meanwhile will be met as a newer version.
            var version = network.ParameterVersion;
            if (_version == version && !evenIfUnchanged)
                return;
            executor.Prepare(network.ParameterPointer, _derived.Pointer);
            Volatile.Write(ref _version, version);
        }
    }
}
