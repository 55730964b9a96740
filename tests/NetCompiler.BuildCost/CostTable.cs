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
        Console.WriteLine("network          cpu s   wall s    generator s   source KB   kernels");
        foreach (var network in networks)
        {
            var costs = Enumerable.Range(0, runs).Select(_ => Run(network, output)).OfType<Cost>().ToList();
            if (costs.Count < runs)
                return 1;
            var best = costs.MinBy(cost => cost.Generator)!;
            Console.WriteLine(Invariant(
                $"{network,-14} {best.Process,7:F2} {best.Wall,8:F2} {best.Generator,14:F2} {best.Bytes / 1e3,11:F0} {best.Kernels,9}"));
        }

        return 0;
    }

    /// <summary>Compiles one network with all vector widths, and prints what it took as one line for <see cref="Print"/>.</summary>
    public static int Measure(string network, DirectoryInfo? output)
    {
        var process = Process.GetCurrentProcess();
        var (watch, before) = (Stopwatch.StartNew(), process.TotalProcessorTime);
        var generation = Generation.Run(DeepNetworks.All[network]);
        var wall = watch.Elapsed.TotalSeconds;
        process.Refresh();
        var generator = (process.TotalProcessorTime - before).TotalSeconds;
        foreach (var problem in generation.Diagnostics)
            Console.Error.WriteLine(problem);
        foreach (var file in output is null ? [] : generation.Files.AsEnumerable())
        {
            var path = Path.Combine(output!.FullName, network, file.HintName);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, file.Text);
        }

        var bytes = generation.Files.Sum(f => (long)Encoding.UTF8.GetByteCount(f.Text));
        var kernels = generation.Files.Sum(f => f.Text.Split('\n').Count(line => line.Contains("[MethodImpl(MethodImplOptions.NoInlining", StringComparison.Ordinal)));
        Console.WriteLine(Invariant($"{process.TotalProcessorTime.TotalSeconds:R} {wall:R} {generator:R} {bytes} {kernels}"));
        return generation.Diagnostics.IsEmpty ? 0 : 1;
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
        return new Cost(numbers[0], numbers[1], numbers[2], (long)numbers[3], (int)numbers[4]);
    }

    private sealed record Cost(double Process, double Wall, double Generator, long Bytes, int Kernels);
}
