namespace NetCompiler.Training;

/// <summary>How a network's predictions are judged: its loss outside training, and what counts as right.</summary>
internal sealed class Scoring
{
    // The smallest normal float: what is kept of a probability that rounding took to 0, so that its logarithm stays finite.
    private const float Tiny = 1.17549435e-38f;

    private readonly Loss? _loss;
    private readonly bool _isProbability;
    private readonly bool _hasLabels;

    public Scoring(NetworkDescription description)
    {
        _loss = description.Loss;
        _hasLabels = description.Target is { Type: ElementType.Int32 };
        // A network may end in its activation, or leave it to the loss.
        _isProbability = description.Layers is [.., { Kind: "Softmax" or "Sigmoid" }];
    }

    /// <summary>Whether the loss tells right from wrong.</summary>
    public bool HasAccuracy => _loss is Loss.CrossEntropy or Loss.BinaryCrossEntropy || _hasLabels;

    /// <summary>Adds what is right in a batch.</summary>
    public void AddAccuracy(ReadOnlySpan<float> predictions, BatchBuffer batch, ref RunningMean accuracy)
    {
        if (batch.HasLabels)
            accuracy.Add(Accuracy.CountCorrect(predictions, batch.Labels), batch.Count);
        else if (_loss == Loss.BinaryCrossEntropy)
            accuracy.Add(Accuracy.CountCorrect(predictions, batch.Targets, _isProbability ? 0.5f : 0f), predictions.Length);
    }

    /// <summary>Adds a batch's losses.</summary>
    public void AddLoss(ReadOnlySpan<float> predictions, BatchBuffer batch, ref RunningMean loss)
    {
        // What a method computes, with numbers of its own, is known to training alone.
        if (_loss is not (Loss.CrossEntropy or Loss.BinaryCrossEntropy or Loss.MeanSquaredError) || batch.Count == 0)
            return;
        if (_loss is Loss.CrossEntropy && !batch.HasLabels)
            return;
        var length = predictions.Length / batch.Count;
        for (var i = 0; i < batch.Count; i++)
        {
            var outputs = predictions.Slice(i * length, length);
            loss.Sum += _loss switch
            {
                Loss.CrossEntropy => CrossEntropy(outputs, batch.Labels[i]),
                Loss.BinaryCrossEntropy => BinaryCrossEntropy(outputs, batch.Targets.Slice(i * length, length)),
                Loss.MeanSquaredError => MeanSquaredError(outputs, batch.Targets.Slice(i * length, length)),
                _ => throw new NotSupportedException($"Loss {_loss} is not known."),
            };
            loss.Count++;
        }
    }

    private double CrossEntropy(ReadOnlySpan<float> outputs, int label)
    {
        if (_isProbability)
            return -Math.Log(Math.Max(outputs[label], Tiny));
        var largest = outputs[Accuracy.ArgMax(outputs)];
        var sum = 0.0;
        foreach (var output in outputs)
            sum += Math.Exp(output - largest);
        return Math.Log(sum) + largest - outputs[label];
    }

    private double BinaryCrossEntropy(ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets)
    {
        var sum = 0.0;
        for (var i = 0; i < outputs.Length; i++)
        {
            double x = outputs[i], t = targets[i];
            sum += _isProbability
                ? -t * Math.Log(Math.Max(x, Tiny)) - (1 - t) * Math.Log(Math.Max(1 - x, Tiny))
                : Math.Max(x, 0) - x * t + Math.Log(1 + Math.Exp(-Math.Abs(x)));
        }
        return sum / outputs.Length;
    }

    private static double MeanSquaredError(ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets)
    {
        var sum = 0.0;
        for (var i = 0; i < outputs.Length; i++)
        {
            var difference = (double)outputs[i] - targets[i];
            sum += difference * difference;
        }
        return sum / outputs.Length;
    }
}
