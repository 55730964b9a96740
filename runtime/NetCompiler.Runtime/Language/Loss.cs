namespace NetCompiler;

/// <summary>What training makes small: the mean over a batch of the loss of each sample.</summary>
public enum Loss
{
    /// <summary>
    /// −log p of the right class, of a distribution over classes. The target of a sample is the index of its class; in a [Loss] method
    /// it may also be a distribution. After a [Softmax] the two are computed as one stable log-softmax; any other output is taken as logits. Keras:
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

    /// <summary>
    /// The mean of the magnitudes of the differences between output and target. The target has the output's shape. Keras:
    /// MeanAbsoluteError; PyTorch: L1Loss.
    /// </summary>
    MeanAbsoluteError,

    /// <summary>
    /// d² / 2 where the difference d of output and target is at most delta, and delta · (|d| − delta / 2) beyond; the mean (Huber, 1964).
    /// The target has the output's shape. Keras: Huber; PyTorch: HuberLoss, and SmoothL1Loss where delta is 1.
    /// </summary>
    Huber,

    /// <summary>
    /// max(0, margin − t · y), the mean. The target t, −1 or 1, has the output's shape. Keras: Hinge.
    /// </summary>
    Hinge,

    /// <summary>
    /// Σ t · (log t − log p): how far a distribution over classes is from the target distribution, in nats. The target has the output's
    /// shape. After a [Softmax] the two are computed as one stable expression; any other output is taken as logits. Keras:
    /// KLDivergence; PyTorch: KLDivLoss with batchmean.
    /// </summary>
    KLDivergence,

    /// <summary>What a [Loss] method makes of several losses or of other expressions; not for a chain.</summary>
    Custom,
}
