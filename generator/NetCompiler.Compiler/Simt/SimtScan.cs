using NetCompiler.Compiler.Ops.Recurrent;
using NetCompiler.Compiler.Stages;

namespace NetCompiler.Compiler.Simt;

/// <summary>Runs a scan as the launches of its body, repeated for each step: what one writes the next one reads, across all groups.</summary>
internal sealed class SimtScan(SimtTarget target) : IImplementation
{
    /// <inheritdoc/>
    public IEnumerable<Candidate> Offer(Stage stage, StageEnvironment environment)
    {
        if (stage.Anchor.Operator is Scan { Body: var body } && body.Graph.Nodes.All(n => n.Operator is not Scan))
            yield return new Candidate(this, "scan", body.Steps * body.Graph.Nodes.Count * SimtCost.Launch / environment.ChunkSize);
    }

    /// <inheritdoc/>
    public KernelPlan Lower(Stage stage, Candidate candidate, StageEnvironment environment) => new ScanLowering(target, stage, environment).Run();
}
