using System.Collections.Immutable;
using NetCompiler.Compiler.Kernels;

namespace NetCompiler.Compiler.Tests.Emitted;

/// <summary>Emits, verifies, compiles, runs and compares many cases, on all cores, many to an assembly.</summary>
public static class CaseBatch
{
    // Roslyn's fixed cost is shared; more in one assembly would leave cores idle at the end.
    private const int CasesInAssembly = 10;

    /// <summary>What went wrong with a case.</summary>
    public sealed record Failure(NetworkCase Case, string Message)
    {
        public override string ToString() => $"{Case}\n{Message}";
    }

    /// <summary>Runs all cases at all of their widths.</summary>
    /// <returns>What went wrong; nothing where all is right.</returns>
    public static ImmutableArray<Failure> Run(IEnumerable<NetworkCase> cases, Coverage coverage)
    {
        var failures = new List<Failure>();
        Parallel.ForEach(cases.Chunk(CasesInAssembly), new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, chunk =>
        {
            var found = Run(chunk, coverage);
            lock (failures)
                failures.AddRange(found);
        });
        return [.. failures.OrderBy(f => f.Case.Name, StringComparer.Ordinal)];
    }

    private static List<Failure> Run(NetworkCase[] cases, Coverage coverage)
    {
        var failures = new List<Failure>();
        var emitted = new List<(NetworkCase Case, ImmutableArray<PassProgram> Programs, ImmutableArray<string> Sources)>();
        foreach (var @case in cases)
        {
            Try(@case, () =>
            {
                var programs = EmittedNetworks.Programs(@case);
                emitted.Add((@case, programs, EmittedNetworks.Sources(@case, programs)));
            });
        }

        foreach (var (@case, programs, _) in emitted)
        {
            foreach (var kernel in programs.SelectMany(p => p.Methods.Select(m => m.Kernel).Concat(p.Kernels)))
                failures.AddRange(KernelVerifier.Verify(kernel).Select(problem => new Failure(@case, $"{kernel.Name}: {problem}")));
        }

        EmittedNetworks? networks = null;
        try
        {
            networks = EmittedNetworks.Compile(emitted.SelectMany(e => e.Sources));
        }
        catch (InvalidOperationException)
        {
            // One of them does not compile: find out which.
        }

        foreach (var (@case, programs, sources) in emitted)
        {
            Try(@case, () =>
            {
                using var network = (networks ?? EmittedNetworks.Compile(sources)).Create(@case.Model.Spec);
                var numbers = CaseNumbers.Find(@case.Model, @case.Batch, @case.Seed, CaseRunner.CallSeed)
                    ?? throw new InvalidOperationException("Ties in all attempts.");
                foreach (var width in @case.Widths)
                    failures.AddRange(CaseRunner.Run(@case, network, numbers, width).Select(message => new Failure(@case, message)));
                coverage.Add(@case, programs);
            });
        }

        return failures;

        void Try(NetworkCase @case, Action action)
        {
            try
            {
                action();
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                var text = exception.ToString();
                failures.Add(new Failure(@case, text[..Math.Min(text.Length, 3000)]));
            }
        }
    }
}
