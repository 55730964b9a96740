namespace NetCompiler;

/// <summary>What training makes small: the mean over a batch of the loss of each sample.</summary>
public enum Loss
{
    /// <summary>
    /// −log p of the right class, of a distribution over classes. The target of a sample is the index of its class. After a
    /// [Softmax] the two are computed as one stable log-softmax; any other output is taken as logits. Keras:
    /// SparseCategoricalCrossentropy; PyTorch: CrossEntropyLoss.
    /// </summary>
    CrossEntropy,

    /// <summary>
    /// The mean of the squared differences between output and target. The target has the output's shape. Keras: MeanSquaredError;
    /// PyTorch: MSELoss.
    /// </summary>
    MeanSquaredError,

    /// <summary>
    /// −t log p − (1 − t) log(1 − p), the mean over independent probabilities. The target, 0 to 1, has the output's shape. After a
    /// [Sigmoid] the two are computed as one stable expression; any other output is taken as logits. Keras: BinaryCrossentropy;
    /// PyTorch: BCELoss, BCEWithLogitsLoss.
    /// </summary>
    BinaryCrossEntropy,
}
