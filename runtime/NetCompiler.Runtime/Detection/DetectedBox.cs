namespace NetCompiler.Detection;

/// <summary>Something that a network sees in a picture.</summary>
/// <param name="Box">Where it is.</param>
/// <param name="Class">What it is: the index of its class, 0 or more.</param>
/// <param name="Score">How sure that is: the more, the larger.</param>
public readonly record struct DetectedBox(Box Box, int Class, float Score);
