namespace NetCompiler.Runtime;

/// <summary>Work that several threads do together by claiming pieces of it, until none is left.</summary>
public interface IParallelWork
{
    /// <summary>
    /// Claims pieces and does them, and returns when every piece has been claimed. Called at most once by each thread that takes
    /// part, at the same time; not every thread has to.
    /// </summary>
    /// <param name="worker">Who calls: 0 for the thread that handed the work out, up to <see cref="WorkerPool.Threads"/> − 1.</param>
    void Execute(int worker);
}
