using NetCompiler.Runtime;

namespace NetCompiler;

/// <summary>The processor.</summary>
internal sealed class CpuDevice() : Device("CPU")
{
    internal override int DefaultBatch => 1;

    internal override void Check(Network network)
    {
        // Every network has code for the processor.
    }

    internal override PassRunner CreateRunner(Network network, NetworkPass pass, int maxBatch, WorkerPool workers) =>
        new CpuPassRunner(network, pass.Hold(network), maxBatch, workers);
}
