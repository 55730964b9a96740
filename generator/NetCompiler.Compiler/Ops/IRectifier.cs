namespace NetCompiler.Compiler.Ops;

/// <summary>
/// Activations that let positive numbers through and (nearly) no negative ones: weights before them begin larger (He et al., 2015).
/// </summary>
public interface IRectifier;
