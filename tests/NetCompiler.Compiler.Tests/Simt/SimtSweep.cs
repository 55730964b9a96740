using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Passes;
using NetCompiler.Compiler.Simt;
using NetCompiler.Compiler.Tests.Emitted;
using NetCompiler.Compiler.Tests.Reference;

namespace NetCompiler.Compiler.Tests.Simt;

/// <summary>
/// The networks of the sweep on the SIMT target: every kernel verified and run, forward and backward, and held against the reference. They
/// are smaller than those of CPUs: a thread is slow. Without <c>NETCOMPILER_SWEEP</c> one network of each of a few kinds of layers runs, of
/// which stages of all kinds and scopes are made, which takes half a minute of a core; PTX is run for every kind of layer anyway.
/// </summary>
public abstract class SimtSweep
{
    /// <summary>What stands for the vector width in <see cref="Coverage"/>.</summary>
    public const int Width = 0;

    private const double WorkOfShortSweep = 500;

    // What stages of all kinds and scopes come from.
    private static readonly string[] s_short =
        ["Add", "BatchNorm", "Concatenate", "Conv", "ConvTranspose", "Dropout", "Embedding", "Gather", "GraphConv", "LayerNorm", "Lstm", "MaxPool", "Softmax"];

    // Kinds of whose networks many are of the same shapes, so that they come in other sizes too.
    private static readonly string[] s_more = ["Gather", "GlobalMaxPool"];

    /// <param name="create">What runs a program.</param>
    /// <param name="largestWork">Multiply-adds of a batch.</param>
    /// <param name="most">Networks of a group.</param>
    private protected SimtSweep(
        Func<SimtProgram, int, IReadOnlyDictionary<string, double[]>, uint, SimtRun> create, double largestWork, int most = int.MaxValue)
    {
        var failures = new List<CaseBatch.Failure>();
        var cases = EmittedSweep.IsFull ? Full(largestWork, most)
            : s_short.Select(kind => LayerCases.Around(kind, LayerCases.Name(kind, 0), EmittedSweep.Seed, EmittedSweep.Widths, WorkOfShortSweep));
        Parallel.ForEach(cases, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, @case =>
        {
            var found = Run(@case, (program, numbers, seed) => create(program, @case.Batch, numbers.Values, seed),
                (kind, program) => Coverage.Add(@case, kind, Width, program.Graph, program.Stages));
            lock (failures)
                failures.AddRange(found.Select(message => new CaseBatch.Failure(@case, message)));
        });
        Failures = [.. failures.OrderBy(f => f.Case.Name, StringComparer.Ordinal)];
    }

    /// <summary>What has been compared.</summary>
    public Coverage Coverage { get; } = new();

    /// <summary>What is wrong.</summary>
    public ImmutableArray<CaseBatch.Failure> Failures { get; } = [];

    private static IEnumerable<NetworkCase> Full(double largestWork, int most)
    {
        var more = new[] { largestWork / 2, largestWork * 2 }.SelectMany(EmittedSweep.Cases)
            .Where(c => s_more.Any(kind => c.Name.StartsWith(kind, StringComparison.Ordinal)));
        return EmittedSweep.Cases(largestWork).Concat(more).GroupBy(c => EmittedSweep.GroupOf(c.Name)).SelectMany(g => g.Take(most));
    }

    /// <summary>Runs a network, forward and backward, and says what differs.</summary>
    /// <param name="case">The network.</param>
    /// <param name="create">What runs its programs, with a seed.</param>
    /// <param name="note">Gets each program; null for nobody.</param>
    /// <param name="tolerance">The largest allowed max|a − r| / max|r| of a tensor.</param>
    internal static List<string> Run(
        NetworkCase @case, Func<SimtProgram, CaseNumbers, uint, SimtRun> create, Action<PassKind, SimtProgram>? note = null,
        double tolerance = CaseRunner.Tolerance)
    {
        var failures = new List<string>();
        try
        {
            var numbers = CaseNumbers.Find(@case.Model, @case.Batch, @case.Seed, CaseRunner.CallSeed)
                ?? throw new InvalidOperationException("Ties in all attempts.");
            Train(numbers, kind => Compute(kind, @case.Options), tolerance, failures);
            // In one launch where that is possible, and stage by stage.
            Predict(@case, numbers, kind => Compute(kind, @case.Options), tolerance, failures);
            Predict(@case, numbers, kind => Compute(kind, @case.Options with
            {
                Disabled = @case.Options.Disabled.Add(nameof(FuseNetwork)),
            }), tolerance, failures);

            (SimtProgram, SimtRun) Compute(PassKind kind, PassOptions options)
            {
                var program = SimtPassCompiler.Compile(@case.Model, kind, options);
                foreach (var kernel in program.Kernels)
                    failures.AddRange(KernelVerifier.Verify(kernel).Select(problem => $"{kernel.Name}: {problem}\n{kernel}"));
                // Predictions are seeded with 0, as those of sessions.
                var run = create(program, numbers, kind == PassKind.Train ? CaseRunner.CallSeed : 0);
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

    private static void Train(
        CaseNumbers numbers, Func<PassKind, (SimtProgram, SimtRun)> compute, double tolerance, List<string> failures)
    {
        var (program, run) = compute(PassKind.Train);
        var reference = numbers.Training;
        foreach (var output in program.Graph.Outputs)
        {
            var name = output.Role == OutputRole.Result && output.Name != "loss" ? "prediction" : output.Name;
            // Parameters have gradients and updates of one name.
            var expected = numbers.TrainingGraph.Outputs.Single(o => o.Name == name && o.Role == output.Role).Value;
            Check($"{output.Role} {output.Name}", run[output.Value], reference[expected].Data,
                output.Role == OutputRole.Gradient ? numbers.IllConditionedFloor(expected) : 0, tolerance, failures);
        }
    }

    private static void Predict(
        NetworkCase @case, CaseNumbers numbers, Func<PassKind, (SimtProgram, SimtRun)> compute, double tolerance, List<string> failures)
    {
        var (program, run) = compute(PassKind.Predict);
        Check("prediction", run[program.Graph.Outputs.Single().Value], numbers.Layers.Output(@case.Model.Layers[^1].Name).Data, 0, tolerance,
            failures);
    }

    private static void Check(
        string what, double[] actual, double[] expected, double floor, double tolerance, List<string> failures)
    {
        var error = Near.Error(actual, expected, floor);
        if (!(error <= tolerance))
        {
            failures.Add(FormattableString.Invariant($"{what}: error {error:G3}\n  actual   {string.Join(" ", actual.Take(12))}")
                + FormattableString.Invariant($"\n  expected {string.Join(" ", expected.Take(12))}"));
        }
    }
}
