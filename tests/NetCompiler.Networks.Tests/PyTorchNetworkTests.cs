using System.Globalization;
using NetCompiler.Networks.Tests.Networks;
using NetCompiler.Runtime;
using Xunit.Abstractions;

namespace NetCompiler.Networks.Tests;

/// <summary>
/// Networks from their declarations against PyTorch in double precision with the same weights: what they predict, what they predict
/// while they train, losses, gradients of all parameters, running statistics. Code is emitted for one vector width: the same kinds of
/// networks are compared at all widths in the compiler's tests.
/// </summary>
public sealed class PyTorchNetworkTests(ITestOutputHelper output)
{
    private const double ForwardTolerance = 1e-5;
    private const double GradientTolerance = 1e-3;

    private static readonly Dictionary<string, Func<Network>> s_networks = new()
    {
        ["resnet18"] = () => new ResNet18(),
        ["vgg16"] = () => new Vgg16(),
        ["mobilenetv2"] = () => new MobileNetV2(),
        ["unet"] = () => new UNet(),
        ["lstm"] = () => new SequenceClassifier(),
        ["vae"] = () => new VariationalAutoEncoder(),
        ["gcn"] = () => new GraphNetwork(),
        ["vit"] = () => new VisionTransformer(),
    };

    public static TheoryData<string> Networks => [.. s_networks.Keys];

    [Theory]
    [MemberData(nameof(Networks))]
    public void NetworkComputesWhatPyTorchComputes(string name)
    {
        var fixture = new NetworkFixture(name);
        using var network = s_networks[name]();
        foreach (var parameter in network.Definition.Parameters)
            CounterNumbers.Fill(network.Parameter(parameter.Name));
        network.ParametersChanged();
        Assert.Equal(network.Definition.Parameters.Where(p => p.Trainable).Select(p => p.Name).Order(), fixture.Names("gradients").Order());
        Assert.Equal(network.Definition.Parameters.Where(p => !p.Trainable).Select(p => p.Name).Order(), fixture.Names("updates").Order());

        var errors = new List<(string What, double Error, double Tolerance)>();
        Evaluate(fixture, network, errors);
        Train(fixture, network, errors);
        foreach (var group in errors.GroupBy(e => e.What.Split(' ')[0]))
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{network.VectorBits} bits, {group.Key}: {group.Max(e => e.Error):G2}"));
        Assert.Empty(errors.Where(e => !(e.Error <= e.Tolerance)));
    }

    private static void Evaluate(NetworkFixture fixture, Network network, List<(string What, double Error, double Tolerance)> errors)
    {
        using var session = new EvaluationSession(network, fixture.Batch, threads: 2) { Seed = 1 };
        Run(fixture, session.Inputs, network, buffers => session.Evaluate(buffers));
        errors.Add(("loss outside of training", fixture.Error(session.Losses, "predictionLoss"), ForwardTolerance));
        if (session.Predicts)
        {
            errors.Add(("prediction", fixture.Error(session.Predictions, "prediction", 0), ForwardTolerance));
            return;
        }

        // It predicts something else than it is trained on.
        using var predicting = network.CreateSession(fixture.Batch, threads: 2);
        var outputs = new FloatArena(fixture.Batch * network.Definition.Outputs[0].Length);
        unsafe
        {
            Run(fixture, network.Definition.Inputs, network, buffers =>
                predicting.Predict(buffers, [new TensorBuffer(outputs.Pointer, outputs.Length, ElementType.Float32)]));
        }

        errors.Add(("prediction", fixture.Error(outputs.Span, "prediction", 0), ForwardTolerance));
    }

    private static void Train(NetworkFixture fixture, Network network, List<(string What, double Error, double Tolerance)> errors)
    {
        using var session = new TrainingSession(network, fixture.Batch, threads: 2);
        Run(fixture, session.Inputs, network, buffers => session.Step(buffers, seed: 1));
        if (fixture.HasTraining)
            errors.Add(("training", fixture.Error(session.Predictions, "training", 0), ForwardTolerance));
        errors.Add(("loss", fixture.Error(session.Losses, "trainingLoss"), ForwardTolerance));
        foreach (var name in fixture.Names("gradients"))
            errors.Add(($"gradient of {name}", fixture.GradientError(session.Gradients[name].Values, name), GradientTolerance));
        foreach (var name in fixture.Names("updates"))
            errors.Add(($"update of {name}", fixture.Error(network.Parameter(name).Values, "updates", name), ForwardTolerance));
    }

    private delegate void Use(ReadOnlySpan<TensorBuffer> buffers);

    private static unsafe void Run(NetworkFixture fixture, IReadOnlyList<TensorInfo> inputs, Network network, Use use)
    {
        var bytes = inputs.Select(i => fixture.Input(i, network.Definition.Outputs[0].Length)).ToArray();
        var pins = bytes.Select(b => b.AsMemory().Pin()).ToArray();
        var buffers = new TensorBuffer[inputs.Count];
        for (var i = 0; i < buffers.Length; i++)
            buffers[i] = new TensorBuffer(pins[i].Pointer, fixture.Batch * inputs[i].Length, inputs[i].Type);
        use(buffers);
        foreach (var pin in pins)
            pin.Dispose();
    }
}
