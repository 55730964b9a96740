using System.Globalization;
using System.Runtime;
using NetCompiler;
using NetCompiler.Benchmarks.Compare;
using NetCompiler.DirectBench;

// How much of the peak direct convolutions reach, forward and both gradients, in a training step on one thread; published, the same
// ahead of time: dotnet publish -c Release tests/NetCompiler.DirectBench -o artifacts/direct-bench && artifacts/direct-bench/NetCompiler.DirectBench
const int Batch = 64;
const int Turns = 5;
const int Runs = 5;
string[] stages = ["conv2", "conv2.input_gradient", "conv2.weight_gradient"];

Console.WriteLine(JitInfo.GetCompiledMethodCount() > 0 ? "compiled just in time" : "compiled ahead of time");
Console.WriteLine("layer            forward            gradient of input  gradient of weights  peak GFLOP/s");
foreach (var (layer, network) in new (string, Network)[] { ("64→64, 56×56", new Conv56()), ("128→128, 28×28", new Conv28()), ("256→256, 14×14", new Conv14()) })
{
    using var training = new TrainingSession(network, Batch, threads: 1);
    // In turns with the peak, of which others who use the machine take as much: the best of each.
    var (peak, best) = (0.0, new double[stages.Length]);
    for (var turn = 0; turn < Turns; turn++)
    {
        peak = Math.Max(peak, Peak.Measure());
        var profile = training.Profile(runs: Runs);
        for (var i = 0; i < stages.Length; i++)
        {
            var stage = profile.Stages.First(s => s.Stage.Name == stages[i]);
            best[i] = Math.Max(best[i], 2e-9 * stage.MultiplyAdds / stage.Seconds);
        }
    }

    var cells = best.Select(gigaflops => string.Create(CultureInfo.InvariantCulture, $"{gigaflops,5:f0} ({gigaflops / peak,6:p1})"));
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{layer,-15}  {string.Join("    ", cells)}      {peak:f0}"));
    network.Dispose();
}
