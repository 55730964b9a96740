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

    /// <summary>Whether a batch can be taken in while another one is computed, and there is room for it.</summary>
    public virtual bool CanLoadAhead => false;

    /// <summary>Takes in the batch that is begun next, while another one is computed.</summary>
    /// <param name="inputs">One pointer for each input: its first sample. They stay as they are until the batch is finished.</param>
    /// <param name="samples">How many samples there are, 1 or more, and no more than there is room for.</param>
    public virtual void LoadAhead(byte** inputs, int samples) => throw new NotSupportedException();

    /// <summary>Begins what <see cref="Run"/> does, for a batch that there is room for. <see cref="Finish"/> waits for it.</summary>
    /// <param name="inputs">One pointer for each input: its first sample. Where a batch was loaded ahead, it is that one's.</param>
    /// <param name="outputs">One pointer for each output: its first sample.</param>
    /// <param name="samples">How many samples there are, 1 or more, and no more than there is room for.</param>
    /// <param name="gradients">Where the parameters' gradients go; null for a pass that computes none.</param>
    /// <param name="seed">Seeds everything random.</param>
    public virtual void Begin(byte** inputs, byte** outputs, int samples, float* gradients, uint seed) =>
        Run(inputs, outputs, samples, gradients, seed);

    /// <summary>Waits for the batch that was begun.</summary>
    /// <param name="outputs">Those that <see cref="Begin"/> had.</param>
    /// <param name="gradients">Those that <see cref="Begin"/> had.</param>
    public virtual void Finish(byte** outputs, float* gradients)
    {
        // Done when it was begun, unless something else is said.
    }

    /// <summary>Forgets a batch that was loaded ahead or begun. Never throws.</summary>
    public virtual void Forget()
    {
        // There is none.
    }

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
