using System.Diagnostics;
using NetCompiler.Runtime;

namespace NetCompiler.Gpu;

/// <summary>
/// A pass with all of its memory on a device, to be run again without copies, as peers are measured: what it reads lies there, and what it
/// writes stays there. A training step moves the parameters too.
/// </summary>
internal sealed unsafe class DeviceRun : IDisposable
{
    private readonly IDeviceDriver _driver;
    private readonly DeviceParameters _parameters;
    private readonly DeviceExecutor _executor;
    private readonly DeviceUpdate? _update;
    private readonly int _batch;

    public DeviceRun(Network network, DriverDevice device, Samples samples, bool trains)
    {
        (_driver, _batch) = (device.Open(), samples.Batch);
        var pass = trains ? network.CreateTrainDevicePass(network.Precision)! : network.CreatePredictDevicePass(network.Precision)!;
        var name = network.Definition.Name;
        _parameters = DeviceParameters.Hold(network, device, _driver);
        _parameters.Refresh(_driver, evenIfUnchanged: false);
        _executor = new DeviceExecutor(_driver, pass, name, _batch, _parameters.Memory, _parameters.Bytes);
        if (trains)
        {
            var trained = network.Definition.Parameters.Where(p => p.Trainable).Select(p => new UpdateRange(p.Offset, p.Length)).ToList();
            _update = new DeviceUpdate(
                name, _driver, _parameters, _executor, network.CreateUpdateDevicePass()!, "Sgd", 0, trained, [], accumulates: false);
            _update.Scalars(0)[0] = 1e-6f;
        }

        _executor.Prepare();
        fixed (float* inputs = samples.Inputs)
        fixed (int* labels = samples.Labels)
        {
            var from = stackalloc byte*[] { (byte*)inputs, (byte*)labels };
            var results = new float[pass.Info.Outputs.Count][];
            var to = stackalloc byte*[results.Length];
            for (var i = 0; i < results.Length; i++)
            {
                results[i] = GC.AllocateArray<float>(_batch * pass.Info.Outputs[i].Length, pinned: true);
                fixed (float* result = results[i])
                    to[i] = (byte*)result;
            }

            _executor.Run(from, to, _batch, seed: 1);
            GC.KeepAlive(results);
        }
    }

    /// <summary>The median of the microseconds that a run takes, of some turns of many runs, each of which ends with all of them done.</summary>
    /// <param name="seconds">How long, about.</param>
    public double Time(double seconds)
    {
        const int Turns = 9;
        Run(3);
        var count = (int)Math.Clamp(seconds / Turns / (Run(1) * 1e-6), 1, 10_000);
        var times = new double[Turns];
        for (var turn = 0; turn < Turns; turn++)
            times[turn] = Run(count);
        Array.Sort(times);
        return times[Turns / 2];
    }

    public void Dispose()
    {
        _update?.Dispose();
        _executor.Dispose();
        _parameters.LetGo(_driver);
        _driver.Dispose();
    }

    private double Run(int count)
    {
        var begin = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++)
        {
            if (_update is not null)
                _executor.Prepare();
            _executor.LaunchAgain(_batch, seed: 1);
            _update?.Move();
        }

        _driver.Synchronize();
        return Stopwatch.GetElapsedTime(begin).TotalMicroseconds / count;
    }
}
