namespace NetCompiler.Training;

/// <summary>How figures of several classes become one, as in scikit-learn.</summary>
public enum Averaging
{
    /// <summary>
    /// The mean over the classes, each as important as the other: those that occur, as a sample's class or as an answer. What has no
    /// value for one of them counts as 0.
    /// </summary>
    Macro,

    /// <summary>All classes' hits and misses counted together. Where each sample is of one class, that is the accuracy.</summary>
    Micro,

    /// <summary>The mean over the classes, each as important as it has samples.</summary>
    Weighted,
}
