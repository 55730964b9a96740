namespace NetCompiler.Benchmarks.Peers;

/// <summary>Who else computes a network.</summary>
internal interface IPeer : IDisposable
{
    /// <summary>Its name and version.</summary>
    string Name { get; }

    /// <summary>What a process of its own has had of the processors.</summary>
    TimeSpan ProcessorTime => TimeSpan.Zero;

    /// <summary>Makes a run ready; null where the peer does not do what is asked for.</summary>
    /// <param name="task">What is to be computed.</param>
    /// <param name="results">What it computed: predictions, or gradients.</param>
    IRun? Load(PeerTask task, out float[] results);
}

/// <summary>What peers are given.</summary>
/// <param name="Declared">The network.</param>
/// <param name="Network">Its weights.</param>
/// <param name="IsTraining">True for a training step, false for a prediction.</param>
/// <param name="Batch">Samples.</param>
/// <param name="Threads">Threads that it may use.</param>
/// <param name="Inputs">The samples.</param>
/// <param name="Labels">Their classes.</param>
internal sealed record PeerTask(
    DeclaredNetwork Declared, Network Network, bool IsTraining, int Batch, int Threads, float[] Inputs, int[] Labels);

/// <summary>Something that can be run again and again.</summary>
internal interface IRun : IDisposable
{
    /// <summary>Runs it a number of times, after once more for the caches, and says what each took.</summary>
    /// <param name="microseconds">The times, as many as runs.</param>
    void Time(Span<double> microseconds);
}
