namespace NetCompiler.Compiler.Stages;

/// <summary>Knows how to compute a class of stages on a target.</summary>
public interface IImplementation
{
    /// <summary>The ways to compute the stage; none where it is not of this class.</summary>
    IEnumerable<Candidate> Offer(Stage stage, StageEnvironment environment);

    /// <summary>The stage as kernels.</summary>
    KernelPlan Lower(Stage stage, Candidate candidate, StageEnvironment environment);
}
