namespace NetCompiler;

/// <summary>
/// A trained step before a sequence (T, F), in which transformers gather what they say of the whole: the output is (T + 1, F); weights (F).
/// </summary>
public sealed class ClassTokenAttribute : LayerAttribute;
