using System.Diagnostics;
using System.Globalization;
using System.Text;
using NetCompiler.Testing;
using static System.FormattableString;

namespace NetCompiler.BuildCost;

/// <summary>Measures what the generator takes for a network and what it emits, and prints a table of it.</summary>
internal static class CostTable
{
    /// <summary>Prints a row for each network, measured in processes of their own.</summary>
    public static int Print(IReadOnlyList<string> networks, int runs, DirectoryInfo? output)
    {
        Console.WriteLine("                 first in its process     again");
        Console.WriteLine("network          cpu s   wall s       cpu s   wall s   source KB   kernels");
        foreach (var network in networks)
        {
            var costs = Enumerable.Range(0, runs).Select(_ => Run(network, output)).OfType<Cost>().ToList();
            if (costs.Count < runs)
                return 1;
            var (first, again) = (costs.MinBy(cost => cost.First.Wall)!.First, costs.MinBy(cost => cost.Again.Wall)!.Again);
            Console.WriteLine(Invariant($"{network,-17} {first.Processor,4:F2} {first.Wall,8:F2} {again.Processor,11:F2} {again.Wall,8:F2} ")
                + Invariant($"{costs[0].Bytes / 1e3,11:F0} {costs[0].Kernels,9}"));
        }

        return 0;
    }

    /// <summary>
    /// Compiles one network with all vector widths, and prints what it took as one line for <see cref="Print"/>: the first time, when the
    /// JIT compiles the compiler, and the third, as in a compiler server that has built before.
    /// </summary>
    public static int Measure(string network, DirectoryInfo? output)
    {
        var (generation, first) = Timed(network);
        Timed(network);
        var (_, again) = Timed(network);
        foreach (var problem in generation.Diagnostics)
            Console.Error.WriteLine(problem);
        foreach (var file in output is null ? [] : generation.Files.AsEnumerable())
        {
            var path = Path.Combine(output!.FullName, network, file.HintName);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, file.Text);
        }

        var bytes = generation.Files.Sum(f => (long)Encoding.UTF8.GetByteCount(f.Text));
        var kernels = generation.Files.Sum(f => f.Text.Split("EmittedCode.Kernel)]").Length - 1);
        Console.WriteLine(Invariant($"{first.Processor:R} {first.Wall:R} {again.Processor:R} {again.Wall:R} {bytes} {kernels}"));
        return generation.Diagnostics.IsEmpty ? 0 : 1;
    }

    private static (Generation Generation, Time Time) Timed(string network)
    {
        var process = Process.GetCurrentProcess();
        var (watch, before) = (Stopwatch.StartNew(), process.TotalProcessorTime);
        var generation = Generation.Run(DeepNetworks.All[network]);
        var wall = watch.Elapsed.TotalSeconds;
        process.Refresh();
        return (generation, new Time((process.TotalProcessorTime - before).TotalSeconds, wall));
    }

    private static Cost? Run(string network, DirectoryInfo? output)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        foreach (var argument in new[] { "--child", "--network", network }.Concat(output is null ? [] : ["--out", output.FullName]))
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            return null;
        var numbers = text.Trim().Split(' ').Select(n => double.Parse(n, CultureInfo.InvariantCulture)).ToArray();
        return new Cost(new Time(numbers[0], numbers[1]), new Time(numbers[2], numbers[3]), (long)numbers[4], (int)numbers[5]);
    }

    private sealed record Time(double Processor, double Wall);

    private sealed record Cost(Time First, Time Again, long Bytes, int Kernels);
}
