using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Simt;
using NetCompiler.Compiler.Tests.Emitted;
using NetCompiler.Compiler.Tests.Reference;

namespace NetCompiler.Compiler.Tests.Simt;

/// <summary>
/// The networks of the sweep on the SIMT target: every kernel verified and run by the interpreter, forward and backward, and held
/// against the reference. They are smaller than those of CPUs: an interpreted thread is slow.
/// </summary>
public sealed class SimtSweep
{
    /// <summary>What stands for the vector width in <see cref="Coverage"/>.</summary>
    public const int Width = 0;

    /// <summary>Multiply-adds of a batch.</summary>
    public const double LargestWork = 12_000;

    public SimtSweep()
    {
        var failures = new List<CaseBatch.Failure>();
        Parallel.ForEach(Cases, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, @case =>
        {
            var found = Run(@case, (program, numbers) => new SimtRun.Interpreted(program, @case.Batch, numbers.Values, CaseRunner.CallSeed),
                (kind, program) => Coverage.Add(@case, kind, Width, program.Graph, program.Stages));
            lock (failures)
                failures.AddRange(found.Select(message => new CaseBatch.Failure(@case, message)));
        });
        Failures = [.. failures.OrderBy(f => f.Case.Name, StringComparer.Ordinal)];
    }

    /// <summary>What the networks are called, before their numbers: those of the sweep in which no candidate of CPUs is forced.</summary>
    public static IEnumerable<string> Groups => EmittedSweep.Groups.Where(IsMine);

    /// <summary>What has been compared.</summary>
    public Coverage Coverage { get; } = new();

    /// <summary>What is wrong.</summary>
    public ImmutableArray<CaseBatch.Failure> Failures { get; }

    private static IEnumerable<NetworkCase> Cases => EmittedSweep.Cases(LargestWork).Where(c => IsMine(c.Name));

    private static bool IsMine(string name) => !name.StartsWith("Forced_", StringComparison.Ordinal);

    /// <summary>Runs a network, forward and backward, and says what differs.</summary>
    /// <param name="case">The network.</param>
    /// <param name="create">What runs its programs.</param>
    /// <param name="note">Gets each program; null for nobody.</param>
    internal static List<string> Run(
        NetworkCase @case, Func<SimtProgram, CaseNumbers, SimtRun> create, Action<PassKind, SimtProgram>? note = null)
    {
        var failures = new List<string>();
        try
        {
            var numbers = CaseNumbers.Find(@case.Model, @case.Batch, @case.Seed, CaseRunner.CallSeed)
                ?? throw new InvalidOperationException("Ties in all attempts.");
            Train(numbers, Compute, failures);
            Predict(@case, numbers, Compute, failures);

            (SimtProgram, SimtRun) Compute(PassKind kind)
            {
                var program = SimtPassCompiler.Compile(@case.Model, kind, @case.Options);
                foreach (var kernel in program.Kernels)
                    failures.AddRange(KernelVerifier.Verify(kernel).Select(problem => $"{kernel.Name}: {problem}\n{kernel}"));
                var run = create(program, numbers);
                run.Run();
                note?.Invoke(kind, program);
                return (program, run);
            }
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            var text = exception.ToString();
            failures.Add(text[..Math.Min(text.Length, 3000)]);
        }

        return failures;
    }

    private static void Train(CaseNumbers numbers, Func<PassKind, (SimtProgram, SimtRun)> compute, List<string> failures)
    {
        var (program, run) = compute(PassKind.Train);
        var reference = numbers.Training;
        foreach (var output in program.Graph.Outputs)
        {
            var name = output.Role == OutputRole.Result && output.Name != "loss" ? "prediction" : output.Name;
            // Parameters have gradients and updates of one name.
            var expected = numbers.TrainingGraph.Outputs.Single(o => o.Name == name && o.Role == output.Role).Value;
            Check($"{output.Role} {output.Name}", run[output.Value], reference[expected].Data,
                output.Role == OutputRole.Gradient ? numbers.Floor(expected) : 0, failures);
        }
    }

    private static void Predict(
        NetworkCase @case, CaseNumbers numbers, Func<PassKind, (SimtProgram, SimtRun)> compute, List<string> failures)
    {
        var (program, run) = compute(PassKind.Predict);
        Check("prediction", run[program.Graph.Outputs.Single().Value], numbers.Layers.Output(@case.Model.Layers[^1].Name).Data, 0, failures);
    }

    private static void Check(string what, double[] actual, double[] expected, double floor, List<string> failures)
    {
        var error = Near.Error(actual, expected, floor);
        if (!(error <= CaseRunner.Tolerance))
        {
            failures.Add(FormattableString.Invariant($"{what}: error {error:G3}\n  actual   {string.Join(" ", actual.Take(12))}")
                + FormattableString.Invariant($"\n  expected {string.Join(" ", expected.Take(12))}"));
        }
    }
}
