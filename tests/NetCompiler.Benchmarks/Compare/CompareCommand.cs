using System.Globalization;
using System.Text.Json;
using NetCompiler.Benchmarks.Peers;

namespace NetCompiler.Benchmarks.Compare;

/// <summary>What is compared, and how long.</summary>
/// <param name="Networks">The networks.</param>
/// <param name="IsQuick">Few and short turns, batch 1 alone.</param>
/// <param name="WithPeers">False to measure this library alone.</param>
/// <param name="Batches">Only these batches, unless it is empty.</param>
/// <param name="Threads">The numbers of threads.</param>
/// <param name="Passes">Of "predict" and "train".</param>
/// <param name="Profiles">True to print what our stages take.</param>
/// <param name="Out">Where the rows go as JSON; null for nowhere.</param>
internal sealed record CompareOptions(
    IReadOnlyList<Subject> Networks, bool IsQuick, bool WithPeers, int[] Batches, int[] Threads, string[] Passes, bool Profiles, string? Out);

/// <summary>Runs ours and each peer in turns over the same network, weights and inputs, and prints how long each takes.</summary>
internal sealed class CompareCommand(CompareOptions options)
{
    private const int TrainingBatch = 64;
    private const double LargestError = 1e-3;
    private const double SettlingMicroseconds = 2e4;
    private const int QuietMilliseconds = 20;
    private const int MostWaits = 50;
    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    private readonly List<Measurement> _rows = [];
    private readonly List<string> _problems = [];

    // A turn is long enough to be measured and short enough for turns to see the same machine.
    private double TurnMicroseconds => options.IsQuick ? 5e3 : 4e4;

    private int Turns => options.IsQuick ? 5 : 15;

    /// <summary>Compares, prints, writes; 1 where results differ.</summary>
    public int Run()
    {
        var peers = options.WithPeers ? FindPeers() : [];
        try
        {
            foreach (var subject in options.Networks)
                Compare(subject, peers);
        }
        finally
        {
            foreach (var peer in peers)
                peer.Dispose();
        }

        if (options.Out is { } path)
        {
            File.WriteAllText(path + ".new", JsonSerializer.Serialize(_rows, s_json));
            File.Move(path + ".new", path, overwrite: true);
        }

        foreach (var problem in _problems)
            Console.WriteLine(problem);
        return _problems.Count == 0 ? 0 : 1;
    }

    private static List<IPeer> FindPeers()
    {
        var peers = new List<IPeer>();
        foreach (var (name, peer) in new (string, IPeer?)[] { ("ONNX Runtime", OnnxRuntime.Find(Folder())), ("PyTorch", PyTorch.Find()) })
        {
            if (peer is null)
                Console.WriteLine($"{name} is not installed: tests/peers/install.sh does that. Going on without it.");
            else
                peers.Add(peer);
        }

        return peers;
    }

    // Beside the solution that this program was built from.
    private static string Folder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder.Parent is not null && !File.Exists(Path.Combine(folder.FullName, "NetCompiler.sln")))
            folder = folder.Parent;
        return Path.Combine(folder.FullName, "artifacts", "peers");
    }

    private void Compare(Subject subject, List<IPeer> peers)
    {
        var declared = DeclaredNetwork.Read(subject.Create().GetType());
        foreach (var threads in options.Threads)
        {
            if (options.Passes.Contains("predict"))
            {
                foreach (var batch in subject.Batches.Where(b => options.Batches.Length == 0 ? b == 1 || !options.IsQuick : options.Batches.Contains(b)))
                    Compare(subject, declared, peers, isTraining: false, batch, threads);
            }

            if (subject.Trains && options.Passes.Contains("train"))
                Compare(subject, declared, peers, isTraining: true, TrainingBatch, threads);
        }
    }

    private void Compare(Subject subject, DeclaredNetwork declared, List<IPeer> peers, bool isTraining, int batch, int threads)
    {
        using var network = subject.Create();
        var random = new Random(batch);
        var inputs = new float[batch * network.Definition.Inputs[0].Length];
        for (var i = 0; i < inputs.Length; i++)
            inputs[i] = (float)(random.NextDouble() * 2 - 1);
        var labels = new int[batch];
        for (var i = 0; i < batch; i++)
            labels[i] = random.Next(network.Definition.Outputs[0].Length);
        var task = new PeerTask(declared, network, isTraining, batch, threads, inputs, labels);
        using var ours = new OurRun(task);
        var results = ours.Compute();
        var runs = new List<(IPeer Peer, IRun Run, double Error)>();
        foreach (var peer in peers)
        {
            if (peer.Load(task, out var others) is not { } run)
                continue;
            var error = Error(results, others);
            if (!(error <= LargestError))
                _problems.Add(string.Create(CultureInfo.InvariantCulture, $"{subject.Name}: results differ from those of {peer.Name} by {error:g2}."));
            runs.Add((peer, run, error));
        }

        var (peak, times) = Measure([ours, .. runs.Select(r => r.Run)], peers);
        var multiplyAdds = network.Definition.Layers.Sum(layer => layer.MultiplyAdds) * (isTraining ? 3.0 : 1.0) * batch;
        var row = new Measurement
        {
            Network = subject.Name,
            Pass = isTraining ? "train" : "predict",
            Batch = batch,
            Threads = threads,
            OursMicroseconds = times[0],
            PeakShare = 2 * multiplyAdds / times[0] / 1e3 / (peak * threads),
        };
        for (var i = 0; i < runs.Count; i++)
            Add(row with { Peer = runs[i].Peer.Name, PeerMicroseconds = times[i + 1], MaxError = runs[i].Error }, peak);
        if (runs.Count == 0)
            Add(row, peak);
        if (options.Profiles)
            Console.WriteLine(ours.Profile());
        foreach (var (_, run, _) in runs)
            run.Dispose();
    }

    private (double Peak, double[] Medians) Measure(IReadOnlyList<IRun> runs, IReadOnlyList<IPeer> peers)
    {
        var times = new List<double>[runs.Count];
        var counts = new int[runs.Count];
        for (var i = 0; i < runs.Count; i++)
        {
            WaitForQuiet(peers);
            var microseconds = Settle(runs[i]);
            times[i] = [];
            counts[i] = (int)Math.Clamp(TurnMicroseconds / microseconds, 1, 2000);
        }

        var peak = 0.0;
        for (var turn = 0; turn < Turns; turn++)
        {
            peak = Math.Max(peak, Peak.Measure());
            for (var i = 0; i < runs.Count; i++)
            {
                WaitForQuiet(peers);
                Settle(runs[i]);
                var measured = new double[counts[i]];
                runs[i].Time(measured);
                times[i].AddRange(measured);
            }
        }

        return (peak, [.. times.Select(Median)]);
    }

    // Threads of the one before spin for a while before they sleep, ONNX Runtime's for a million pauses of the processor: for tens of
    // milliseconds they would have one of the cores that our threads run on, and ours one of theirs.
    private static void WaitForQuiet(IReadOnlyList<IPeer> peers)
    {
        for (var i = 0; i < MostWaits; i++)
        {
            var before = ProcessorTime();
            Thread.Sleep(QuietMilliseconds);
            if ((ProcessorTime() - before).TotalMilliseconds < QuietMilliseconds / 20.0)
                return;
        }

        TimeSpan ProcessorTime() => peers.Aggregate(Environment.CpuUsage.TotalTime, (sum, peer) => sum + peer.ProcessorTime);
    }

    // Where several threads wake up after others ran, the operating system may have two on one core, and needs some milliseconds to see
    // that. Returns the fastest run's microseconds.
    private static double Settle(IRun run)
    {
        var (fastest, sum) = (double.PositiveInfinity, 0.0);
        var measured = new double[1];
        for (var runs = 0; sum < SettlingMicroseconds || runs < 2; runs++)
        {
            run.Time(measured);
            sum += measured[0];
            fastest = Math.Min(fastest, measured[0]);
        }

        return fastest;
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }

    private static double Error(ReadOnlySpan<float> ours, ReadOnlySpan<float> theirs)
    {
        if (ours.Length != theirs.Length)
            return double.PositiveInfinity;
        var (difference, largest) = (0.0, 0.0);
        for (var i = 0; i < ours.Length; i++)
        {
            difference = Math.Max(difference, Math.Abs((double)ours[i] - theirs[i]));
            largest = Math.Max(largest, Math.Abs(theirs[i]));
        }

        return difference / largest;
    }

    private void Add(Measurement row, double peak)
    {
        if (_rows.Count == 0)
            Console.WriteLine("network      pass     batch thr        ours µs        peer µs  ratio  of peak (GFLOP/s)   max error  peer");
        _rows.Add(row);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{row.Network,-12} {row.Pass,-8} {row.Batch,5} {row.Threads,3} {row.OursMicroseconds,14:f1} {row.PeerMicroseconds,14:f1} {row.Ratio,6:f3} {row.PeakShare,8:p1} ({peak,5:f1}) {row.MaxError,15:e1}  {row.Peer}"));
    }
}
