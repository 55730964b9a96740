namespace NetCompiler.Compiler.Ops;

/// <summary>
/// Operators that combine each window of an image into one value, with the geometry of <see cref="Window"/> in their attributes.
/// </summary>
public interface IPooling;
