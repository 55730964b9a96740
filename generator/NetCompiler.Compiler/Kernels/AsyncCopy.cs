namespace NetCompiler.Compiler.Kernels;

/// <summary>
/// Begins to copy a number from memory of the device to that of the group, and goes on. What was there is lost at once; what comes there is
/// to be read by the thread after it has waited (<see cref="WaitForCopies"/>), by others after a barrier behind that. Only devices of compute
/// capability 8.0 and up can.
/// </summary>
/// <param name="Target">A pointer to shared memory.</param>
/// <param name="TargetIndex">The element there.</param>
/// <param name="Source">A pointer to global memory of the same type.</param>
/// <param name="SourceIndex">The element there.</param>
/// <param name="Condition">Where it does not hold nothing is read and the element becomes zero; null for always.</param>
public sealed record AsyncCopy(
    Expression Target, Expression TargetIndex, Expression Source, Expression SourceIndex, Expression? Condition) : Statement;

/// <summary>Makes a group of all copies that the thread has begun since the last one, to be waited for together.</summary>
public sealed record CommitCopies : Statement;

/// <summary>Waits until no more than so many of the thread's latest groups of copies are on their way.</summary>
public sealed record WaitForCopies(int Groups) : Statement;
