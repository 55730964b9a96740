using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using Digits;
using Gallery.Running;
using Gallery.Systems.FeedForward;
using NetCompiler;
using NetCompiler.Training;
using NetCompiler.Training.Data;
using NetCompiler.Training.Reports;
using static System.FormattableString;

namespace Gallery.Systems.Frozen;

/// <summary>Networks with their weights as native programs.</summary>
internal sealed class FrozenSystem : ISystem
{
    public int Number => 23;

    public string Name => "frozen";

    public string Title => "Frozen network";

    public string Shows =>
        "Networks of this gallery, trained, as native programs: samples/DigitsAot compiled ahead of time with another network and its weights in "
        + "it. No runtime, no library beside it; it answers within milliseconds of its start, and answers the same.";

    /// <summary>A program that was published.</summary>
    private sealed record Program(string Network, double Accuracy, int Different, double Megabytes, double Milliseconds);

    public SystemResult Run(SystemContext context)
    {
        var data = ClassifierPage.Reduced(context, context.Data.Digits());
        var folder = Directory.CreateTempSubdirectory("frozen").FullName;
        try
        {
            WriteIdx(data.Test, folder);
            using var mlp = new DigitMlp(context.Seed);
            using var cnn = new DigitNet(context.Seed);
            Program[] programs =
            [
                Freeze(context, data, cnn, "../Digits/DigitNet.cs", folder),
                Freeze(context, data, mlp, "../Gallery/Systems/FeedForward/DigitMlp.cs", folder),
            ];
            var table = new DataTable("Network", "Accuracy of the program", "Answers that differ", "Size", "From start to answer");
            foreach (var program in programs)
            {
                table.AddRow(
                    program.Network, Invariant($"{100 * program.Accuracy:F2}%"), Invariant($"{program.Different}"),
                    Invariant($"{program.Megabytes:F1} MB"), Invariant($"{program.Milliseconds:F1} ms"));
            }
            return new SystemResult(
                [
                    new Score("accuracy of the worse program", programs.Min(p => p.Accuracy)),
                    new Score("answers that differ from the networks'", programs.Sum(p => p.Different), "N0"),
                    new Score("megabytes of the larger program", programs.Max(p => p.Megabytes), "F1"),
                    new Score("milliseconds from start to answer", programs.Max(p => p.Milliseconds), "F1"),
                ],
                [
                    new ReportSection(
                        "Programs",
                        "Each was made by one command, run on all test digits, and started ten times with one picture; the time is that of the median.")
                        .Add(table)
                        .Add(new Preformatted(
                            "dotnet publish samples/DigitsAot -p:FrozenNetwork=Gallery.Systems.FeedForward.DigitMlp \\\n"
                            + "    -p:FrozenSource=../Gallery/Systems/FeedForward/DigitMlp.cs -p:FrozenWeights=DigitMlp.safetensors -o frozen")
                        { Title = "The command" }),
                ]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Program Freeze(SystemContext context, DataSource data, Network network, string source, string folder)
    {
        var name = network.Definition.Name;
        network.Fit(data.Train, new Adam(2e-3f), context.Size(2, 1), context.Fitting() with { Schedule = LearningRateSchedule.Cosine() });
        var weights = Path.Combine(folder, name + ".safetensors");
        network.Save(weights);
        int[] expected = [.. Enumerable.Range(0, data.Test.Count).Select(i => NetCompiler.Training.Accuracy.ArgMax(network.Predict(data.Test.Bytes.Slice(784 * i, 784))))];
        if (context.Quick)
        {
            // Compiling ahead of time takes minutes: a reduced run only reads the weights again.
            using var loaded = name == nameof(DigitNet) ? (Network)DigitNet.Load(weights) : DigitMlp.Load(weights);
            var answers = Enumerable.Range(0, data.Test.Count).Count(i => NetCompiler.Training.Accuracy.ArgMax(loaded.Predict(data.Test.Bytes.Slice(784 * i, 784))) != expected[i]);
            return new Program(name, Right(expected, data.Test), answers, new FileInfo(weights).Length / 1e6, 0);
        }
        var output = Path.Combine(folder, name);
        context.Say($"publishing {name}");
        Start("dotnet", "publish", Project(), "-v", "q", "--nologo", "-o", output, $"-p:FrozenNetwork={network.GetType().FullName}", $"-p:FrozenSource={source}", $"-p:FrozenWeights={weights}");
        var program = Path.Combine(output, OperatingSystem.IsWindows() ? "DigitsAot.exe" : "DigitsAot");
        var lines = Start(program, "--idx", Path.Combine(folder, "images"), Path.Combine(folder, "labels")).Split('\n');
        int[] found = [.. lines.Take(expected.Length).Select(l => int.Parse(l.Split(' ')[1], CultureInfo.InvariantCulture))];
        return new Program(
            name,
            Right(found, data.Test),
            found.Zip(expected).Count(p => p.First != p.Second),
            new FileInfo(program).Length / 1e6,
            Enumerable.Range(0, 10).Select(_ => Timed(program, Path.Combine(folder, "digit.pgm"))).Order().ElementAt(5));
    }

    private static double Right(int[] found, InMemoryDataset test) => found.Where((d, i) => d == test.Labels[i]).Count() / (double)found.Length;

    private static double Timed(string program, string picture)
    {
        var clock = Stopwatch.StartNew();
        Start(program, picture);
        return clock.Elapsed.TotalMilliseconds;
    }

    /// <summary>The project in the source tree that this program was built in.</summary>
    private static string Project()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var project = Path.Combine(folder.FullName, "samples", "DigitsAot", "DigitsAot.csproj");
            if (File.Exists(project))
                return project;
        }
        throw new DirectoryNotFoundException($"{AppContext.BaseDirectory}: expected samples/DigitsAot in a folder above it, found none.");
    }

    private static string Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new IOException($"{program} {string.Join(' ', arguments)}: expected to end with 0, ended with {process.ExitCode}: {errors.Result}{output}");
    }

    /// <summary>The test set in MNIST's format, and its first digit as a picture.</summary>
    private static void WriteIdx(InMemoryDataset test, string folder)
    {
        var images = new byte[16 + test.Bytes.Length];
        foreach (var (place, value) in new[] { (0, 2051), (4, test.Count), (8, 28), (12, 28) })
            BinaryPrimitives.WriteInt32BigEndian(images.AsSpan(place), value);
        test.Bytes.CopyTo(images.AsSpan(16));
        File.WriteAllBytes(Path.Combine(folder, "images"), images);
        var labels = new byte[8 + test.Count];
        BinaryPrimitives.WriteInt32BigEndian(labels, 2049);
        BinaryPrimitives.WriteInt32BigEndian(labels.AsSpan(4), test.Count);
        for (var i = 0; i < test.Count; i++)
            labels[8 + i] = (byte)test.Labels[i];
        File.WriteAllBytes(Path.Combine(folder, "labels"), labels);
        File.WriteAllBytes(Path.Combine(folder, "digit.pgm"), [.. "P5 28 28 255\n"u8, .. test.Bytes[..784]]);
    }
}
