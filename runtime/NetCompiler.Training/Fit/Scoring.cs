namespace NetCompiler.Training;

/// <summary>What counts as right among a network's predictions.</summary>
internal sealed class Scoring
{
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
        if (predictions.IsEmpty)
            return;
        if (batch.HasLabels)
            accuracy.Add(Accuracy.CountCorrect(predictions, batch.Labels), batch.Count);
        else if (_loss == Loss.BinaryCrossEntropy)
            accuracy.Add(Accuracy.CountCorrect(predictions, batch.Targets, _isProbability ? 0.5f : 0f), predictions.Length);
    }
}
