using System.Globalization;
using System.Runtime.InteropServices;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Passes;
using NetCompiler.Compiler.Tests.Reference;
using NetCompiler.Runtime;

namespace NetCompiler.Compiler.Tests.Emitted;

/// <summary>Runs an emitted network and holds everything that it computes against the reference.</summary>
public static class CaseRunner
{
    /// <summary>The largest allowed max|a − r| / max|r| of a tensor.</summary>
    public const double Tolerance = 1e-4;

    /// <summary>The seed of a training step.</summary>
    public const uint CallSeed = 12345;

    /// <summary>What differs, in words; nothing where all is right.</summary>
    public static List<string> Run(NetworkCase @case, Network network, CaseNumbers numbers, int width, double tolerance = Tolerance)
    {
        var failures = new List<string>();
        network.VectorBits = width;
        SetParameters(network, numbers);
        Predict(@case, network, numbers, width == @case.Widths.Min(), Check);
        Evaluate(@case, network, numbers, Check);
        Train(@case, network, numbers, Check);
        return failures;

        void Check(string what, ReadOnlySpan<float> actual, double[] expected, double floor)
        {
            var error = Near.Error([.. actual.ToArray().Select(x => (double)x)], expected, floor);
            if (!(error <= tolerance))
            {
                failures.Add(string.Create(CultureInfo.InvariantCulture, $"{width} bits, {what}: error {error:G3}")
                    + $"\n  actual   {Text(actual.ToArray().Select(x => (double)x))}\n  expected {Text(expected)}");
            }
        }
    }

    /// <summary>Fills a network's parameters.</summary>
    public static void SetParameters(Network network, CaseNumbers numbers)
    {
        foreach (var parameter in network.Definition.Parameters)
            network.Parameter(parameter.Name).CopyFrom(Singles(numbers.Values[parameter.Name]));
    }

    /// <summary>One training step.</summary>
    public static StepResult Step(NetworkCase @case, TrainingSession session, CaseNumbers numbers, int first, int count)
    {
        var (input, target) = (Slice(@case.Model.Input), Slice(@case.Model.Loss!.Target!));
        var isByte = @case.Model.Input.Type.Element == ScalarKind.U8;
        var isInteger = @case.Model.Input.Type.Element == ScalarKind.I32;
        if (@case.Model.Loss.Target!.Type.Element == ScalarKind.I32)
        {
            int[] labels = [.. target.Select(x => (int)x)];
            if (isInteger)
                return session.Step(Integers(input), labels, CallSeed);
            return isByte ? session.Step(Bytes(input), labels, CallSeed) : session.Step(Singles(input), labels, CallSeed);
        }

        if (isInteger)
            return session.Step(Integers(input), Singles(target), CallSeed);
        return isByte ? session.Step(Bytes(input), Singles(target), CallSeed) : session.Step(Singles(input), Singles(target), CallSeed);

        double[] Slice(Value value)
        {
            var length = (int)value.Type.SampleLength;
            return numbers.Values[value.Name][(first * length)..((first + count) * length)];
        }
    }

    private static void Predict(NetworkCase @case, Network network, CaseNumbers numbers, bool watch, CheckTensor check)
    {
        var model = @case.Model;
        // Room for less than the batch: the rest comes in groups.
        using var session = network.CreateSession(Math.Max(1, @case.Batch / 2));
        if (watch)
        {
            foreach (var layer in model.Layers)
                session.Watch(layer.Name);
        }

        var outputs = new float[@case.Batch * model.Prediction.Type.SampleLength];
        Array.Fill(outputs, float.NaN);
        var input = numbers.Values[model.Input.Name];
        if (model.Input.Type.Element == ScalarKind.U8)
            session.Predict(Bytes(input), outputs);
        else if (model.Input.Type.Element == ScalarKind.I32)
            session.Predict(Integers(input), outputs);
        else
            session.Predict(Singles(input), outputs);
        check("prediction", outputs, numbers.Layers.Output(model.Layers[^1].Name).Data, 0);
        if (!watch)
            return;
        foreach (var layer in model.Layers)
            check($"layer {layer.Name}", session.Value(layer.Name), numbers.Layers.Output(layer.Name).Data, 0);
    }

    private static unsafe void Evaluate(NetworkCase @case, Network network, CaseNumbers numbers, CheckTensor check)
    {
        using var session = new EvaluationSession(network, @case.Batch);
        var (input, target) = (Bits(@case.Model.Input, numbers), Bits(@case.Model.Loss!.Target!, numbers));
        fixed (byte* inputBits = input, targetBits = target)
        {
            session.Evaluate([Buffer(inputBits, session.Inputs[0]), Buffer(targetBits, session.Inputs[1])]);
            TensorBuffer Buffer(byte* bits, TensorInfo tensor) => new(bits, @case.Batch * tensor.Length, tensor.Type);
        }

        check("prediction in evaluation", session.Predictions, numbers.Layers.Output(@case.Model.Layers[^1].Name).Data, 0);
        // It is a function of the predictions as they are: behind probabilities that are nearly 1, what they were made of is lost.
        var graph = ReadPredictions.Run(@case.Model, "loss");
        var values = new Dictionary<string, double[]>(numbers.Values)
        {
            [$"predicted.{@case.Model.TrainingPredictions.Single().Name}"] = [.. session.Predictions.ToArray().Select(x => (double)x)],
        };
        check("loss in evaluation", session.Losses, ReferenceEvaluator.Run(graph, @case.Batch, values).Output("loss").Data, 0);
    }

    private static byte[] Bits(Value value, CaseNumbers numbers) => value.Type.Element switch
    {
        ScalarKind.U8 => Bytes(numbers.Values[value.Name]),
        ScalarKind.I32 => MemoryMarshal.AsBytes(Integers(numbers.Values[value.Name]).AsSpan()).ToArray(),
        _ => MemoryMarshal.AsBytes(Singles(numbers.Values[value.Name]).AsSpan()).ToArray(),
    };

    private static void Train(NetworkCase @case, Network network, CaseNumbers numbers, CheckTensor check)
    {
        using var session = new TrainingSession(network, @case.Batch);
        // What an earlier step leaves behind must not matter.
        Step(@case, session, numbers, 0, (@case.Batch + 1) / 2);
        SetParameters(network, numbers);
        session.Gradients.Values.Fill(float.NaN);
        Step(@case, session, numbers, 0, @case.Batch);
        var reference = numbers.Training;
        check("prediction in training", session.Predictions, reference.Output("prediction").Data, 0);
        check("loss", session.Losses, reference.Output("loss").Data, 0);
        foreach (var output in numbers.TrainingGraph.Outputs)
        {
            if (output.Role == OutputRole.Gradient)
            {
                check($"gradient of {output.Name}", session.Gradients[output.Name].Values, reference[output.Value].Data,
                    numbers.Floor(output.Value));
            }
            else if (output.Role == OutputRole.Update)
            {
                check($"update of {output.Name}", network.Parameter(output.Name).Values, reference[output.Value].Data, 0);
            }
        }
    }

    private static byte[] Bytes(double[] values) => [.. values.Select(x => (byte)x)];

    private static int[] Integers(double[] values) => [.. values.Select(x => (int)x)];

    private static float[] Singles(double[] values) => [.. values.Select(x => (float)x)];

    private static string Text(IEnumerable<double> numbers) =>
        string.Join(" ", numbers.Take(12).Select(n => n.ToString("G6", CultureInfo.InvariantCulture)));

    private delegate void CheckTensor(string what, ReadOnlySpan<float> actual, double[] expected, double floor);
}
