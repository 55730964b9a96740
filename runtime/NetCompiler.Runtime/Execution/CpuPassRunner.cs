using NetCompiler.Runtime;

namespace NetCompiler;

/// <summary>Runs a pass on the processor, with the threads of a session.</summary>
internal sealed unsafe class CpuPassRunner : PassRunner
{
    private readonly Network _network;
    private readonly SharedPass _pass;
    private readonly PassExecutor _executor;

    /// <summary>Prepares a pass.</summary>
    /// <param name="network">The network.</param>
    /// <param name="pass">The pass, held once for this.</param>
    /// <param name="maxBatch">The batch to have room for.</param>
    /// <param name="workers">Who runs it.</param>
    public CpuPassRunner(Network network, SharedPass pass, int maxBatch, WorkerPool workers)
    {
        (_network, _pass) = (network, pass);
        try
        {
            _executor = new PassExecutor(pass.Pass, maxBatch, workers);
        }
        catch
        {
            pass.LetGo();
            throw;
        }
    }

    public override IReadOnlyList<TensorInfo> Inputs => _pass.Pass.Info.Inputs;

    public override IReadOnlyList<TensorInfo> Outputs => _pass.Pass.Info.Outputs;

    /// <summary>The code.</summary>
    public CompiledPass Pass => _pass.Pass;

    /// <summary>The values that were derived from the parameters.</summary>
    public byte* Derived => _pass.Derived;

    public override void TakeParameters(bool evenIfUnchanged) => _pass.Refresh(_network, _executor, evenIfUnchanged);

    public override void Run(byte** inputs, byte** outputs, int samples, float* gradients, uint seed) =>
        _executor.Run(inputs, outputs, samples, _network.ParameterPointer, gradients, _pass.Derived, seed);

    public override CpuPassRunner OnCpu(string what) => this;

    public override void Dispose()
    {
        _executor.Dispose();
        _pass.LetGo();
    }
}
