using NetCompiler.Runtime;

namespace NetCompiler;

/// <summary>
/// Which of a network's passes is meant, whatever it runs on. A class for each, so that trimming drops those that nobody asks for.
/// </summary>
internal abstract class NetworkPass
{
    private const string Compile = "set NetCompilerCuda to true in its project, or reference ILGPU there for one of "
        + "its accelerators, or compute it with On(Device.Cpu)";

    /// <summary>The pass that predicts.</summary>
    public static NetworkPass Predict { get; } = new PredictPass();

    /// <summary>What it is called in messages.</summary>
    public abstract string Name { get; }

    /// <summary>What to do where a network lacks it on devices.</summary>
    public virtual string Remedy => Compile;

    /// <summary>The pass that computes loss and gradients.</summary>
    public static NetworkPass Train() => new TrainPass();

    /// <summary>The pass that computes the loss of predictions.</summary>
    public static NetworkPass Loss() => new LossPass();

    /// <summary>The pass of a method.</summary>
    /// <param name="entry">The method.</param>
    /// <param name="vectorBits">The vector width on the processor.</param>
    public static NetworkPass Of(EntryPoint entry, int vectorBits) => new EntryPass(entry, vectorBits);

    /// <summary>The code for the processor, held once for the caller.</summary>
    public abstract SharedPass Hold(Network network);

    /// <summary>The code for devices; null where none was compiled for the precision.</summary>
    public virtual DevicePass? OnDevice(Network network, Precision precision) => null;

    private sealed class PredictPass : NetworkPass
    {
        public override string Name => "prediction";

        public override SharedPass Hold(Network network) => network.HoldPredictPass();

        public override DevicePass? OnDevice(Network network, Precision precision) => network.CreatePredictDevicePass(precision);
    }

    private sealed class TrainPass : NetworkPass
    {
        public override string Name => "training";

        // Parameters change with every step: nobody else has a use for what is derived from them.
        public override SharedPass Hold(Network network) => new(network.CreateTrainPass(network.VectorBits)!, network.VectorBits);

        public override DevicePass? OnDevice(Network network, Precision precision) => network.CreateTrainDevicePass(precision);
    }

    private sealed class LossPass : NetworkPass
    {
        public override string Name => "the loss";

        public override SharedPass Hold(Network network) => new(network.CreateLossPass(network.VectorBits)!, network.VectorBits);
    }

    private sealed class EntryPass(EntryPoint entry, int vectorBits) : NetworkPass
    {
        public override string Name => entry.Name;

        public override string Remedy => entry.IsPrediction
            ? Compile
            : "methods beside what it predicts are compiled for the processor only, where On(Device.Cpu) computes them";

        public override SharedPass Hold(Network network) => network.HoldPass(entry, vectorBits);

        public override DevicePass? OnDevice(Network network, Precision precision) =>
            entry.IsPrediction ? network.CreatePredictDevicePass(precision) : null;
    }
}
