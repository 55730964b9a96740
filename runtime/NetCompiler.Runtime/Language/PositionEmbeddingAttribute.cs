namespace NetCompiler;

/// <summary>A trained vector for each step of a sequence (T, F), added to what is there: weights (T, F).</summary>
public sealed class PositionEmbeddingAttribute : LayerAttribute;
