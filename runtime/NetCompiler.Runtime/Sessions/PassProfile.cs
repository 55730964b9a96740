namespace NetCompiler;

/// <summary>
/// What each stage of a pass takes, in the run of median duration among several. <see cref="ToString"/> gives a table.
/// </summary>
/// <param name="Network">The network's name.</param>
/// <param name="Pass">What ran: "prediction", "training step".</param>
/// <param name="VectorBits">The vector width.</param>
/// <param name="Samples">Samples in the batch.</param>
/// <param name="Threads">Threads that shared the work.</param>
/// <param name="Runs">How many runs there were to choose from.</param>
/// <param name="Seconds">Seconds from the beginning to the end of the run.</param>
/// <param name="Stages">The stages that ran, in their order.</param>
public sealed record PassProfile(
    string Network, string Pass, int VectorBits, int Samples, int Threads, int Runs, double Seconds, IReadOnlyList<StageProfile> Stages)
{
    /// <summary>Multiply-adds of all stages for the whole batch, by the direct algorithm.</summary>
    public long MultiplyAdds
    {
        get
        {
            var sum = 0L;
            foreach (var stage in Stages)
                sum += stage.MultiplyAdds;
            return sum;
        }
    }

    /// <summary>Floating-point operations a second of the whole run in units of 10⁹, two for each multiply-add.</summary>
    public double GigaflopsPerSecond => Seconds > 0 ? 2e-9 * MultiplyAdds / Seconds : 0;

    /// <summary>Seconds of threads outside of all stages: handing out work, waiting, and measuring itself.</summary>
    public double OtherSeconds
    {
        get
        {
            var rest = Seconds * Threads;
            foreach (var stage in Stages)
                rest -= stage.Seconds;
            return Math.Max(0, rest);
        }
    }

    /// <summary>
    /// The stages as a table: time, part of the whole, multiply-adds and GFLOP/s. Plain text with box-drawing characters, lines
    /// separated by <c>\n</c>, the same under every culture.
    /// </summary>
    /// <returns>The table, with a line feed at its end.</returns>
    public override string ToString() => ProfileText.Write(this);
}
