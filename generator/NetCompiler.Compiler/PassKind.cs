namespace NetCompiler.Compiler;

/// <summary>What a pass of a network is for.</summary>
public enum PassKind
{
    /// <summary>Computes the prediction.</summary>
    Predict,

    /// <summary>Computes prediction, loss, and the gradients of all trainable parameters.</summary>
    Train,

    /// <summary>Computes the loss of each sample from what was predicted, as the network is outside of training.</summary>
    Loss,

    /// <summary>Computes the result of every layer.</summary>
    Inspect,

    /// <summary>Computes what a [Forward] method returns, other than the first.</summary>
    Forward,

    /// <summary>Computes what an [Objective] method returns, and the gradients of its first result.</summary>
    Objective,
}
