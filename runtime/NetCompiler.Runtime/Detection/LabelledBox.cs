namespace NetCompiler.Detection;

/// <summary>Something that is in a picture.</summary>
/// <param name="Box">Where it is.</param>
/// <param name="Class">What it is: the index of its class, 0 or more.</param>
public readonly record struct LabelledBox(Box Box, int Class);
