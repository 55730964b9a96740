using NetCompiler.Runtime;

namespace NetCompiler;

/// <summary>The processor.</summary>
internal sealed class CpuDevice() : Device("CPU")
{
    internal override int DefaultBatch => 1;

    internal override void Check(Network network, Precision precision)
    {
        // Every network has code for the processor, which computes in single precision.
    }

    internal override PassRunner CreateRunner(Network network, NetworkPass pass, Precision precision, int maxBatch, WorkerPool workers) =>
        new CpuPassRunner(network, pass.Hold(network), maxBatch, workers);
}
