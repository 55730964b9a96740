namespace NetCompiler.Runtime;

/// <summary>A pass that does what another does and notes what its stages take: all threads together, until it is reset.</summary>
internal sealed unsafe class TimedPass(CompiledPass pass) : CompiledPass
{
    private readonly long[] _sums = new long[2 * pass.Info.Stages.Count];

    public override PassInfo Info => pass.Info;

    /// <summary>Ticks and laps of stage 0, ticks and laps of stage 1, and so on.</summary>
    public ReadOnlySpan<long> Sums => _sums;

    public void Reset() => Array.Clear(_sums);

    public override void Run(int step, in PassArguments arguments)
    {
        long last;
        var sums = stackalloc long[_sums.Length];
        new Span<long>(sums, _sums.Length).Clear();
        pass.RunTimed(step, in arguments, new StageClock(&last, sums));
        for (var i = 0; i < _sums.Length; i++)
        {
            if (sums[i] != 0)
                Interlocked.Add(ref _sums[i], sums[i]);
        }
    }
}
