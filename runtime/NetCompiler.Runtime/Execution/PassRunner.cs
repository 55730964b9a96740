using NetCompiler.Runtime;

namespace NetCompiler;

/// <summary>
/// A pass of a network with all memory that running it takes, on the processor or on a device: what sessions compute with. Made by
/// <see cref="Device.CreateRunner"/>.
/// </summary>
internal abstract unsafe class PassRunner : IDisposable
{
    /// <summary>What the pass reads.</summary>
    public abstract IReadOnlyList<TensorInfo> Inputs { get; }

    /// <summary>What the pass writes.</summary>
    public abstract IReadOnlyList<TensorInfo> Outputs { get; }

    /// <summary>Takes the network's parameters in as they are now, and computes what is derived from them.</summary>
    /// <param name="evenIfUnchanged">True to do so also where nobody has said that they changed.</param>
    public abstract void TakeParameters(bool evenIfUnchanged);

    /// <summary>Runs the pass with the parameters that were taken in.</summary>
    /// <param name="inputs">One pointer for each input: its first sample.</param>
    /// <param name="outputs">One pointer for each output: its first sample.</param>
    /// <param name="samples">How many samples there are, 0 or more.</param>
    /// <param name="gradients">Where the parameters' gradients go; null for a pass that computes none.</param>
    /// <param name="seed">Seeds everything random.</param>
    public abstract void Run(byte** inputs, byte** outputs, int samples, float* gradients, uint seed);

    /// <summary>Prepares to change parameters where the pass computes their gradients; null where that is not possible.</summary>
    /// <param name="rule">The optimiser's rule.</param>
    /// <param name="slots">What it remembers of each parameter.</param>
    /// <param name="trained">The parameters that it moves.</param>
    /// <param name="untrained">The parameters that the pass changes itself.</param>
    /// <param name="accumulates">Whether gradients of several batches are added up.</param>
    public virtual DeviceUpdate? CreateUpdate(
        string rule, int slots, IReadOnlyList<UpdateRange> trained, IReadOnlyList<UpdateRange> untrained, bool accumulates) => null;

    /// <summary>The same, for what is there on the processor alone.</summary>
    /// <param name="what">What is, for the message.</param>
    /// <exception cref="NotSupportedException">The pass runs on a device.</exception>
    public abstract CpuPassRunner OnCpu(string what);

    /// <summary>Frees the memory.</summary>
    public abstract void Dispose();
}
