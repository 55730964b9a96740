namespace NetCompiler.Compiler.Tests.Emitted;

/// <summary>Why tests of the full sweep are skipped; null where it runs.</summary>
internal static class FullSweep
{
    public static string? SkipReason => EmittedSweep.IsFull
        ? null
        : "The full sweep takes half an hour: NETCOMPILER_SWEEP=all dotnet test tests/NetCompiler.Compiler.Tests -c Release";
}

/// <summary>A test of the full sweep.</summary>
public sealed class FullSweepFactAttribute : FactAttribute
{
    public FullSweepFactAttribute() => Skip = FullSweep.SkipReason;
}

/// <summary>Tests of the full sweep.</summary>
public sealed class FullSweepTheoryAttribute : TheoryAttribute
{
    public FullSweepTheoryAttribute() => Skip = FullSweep.SkipReason;
}
