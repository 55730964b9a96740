namespace Gallery.Vision;

/// <summary>A thing that a detector claims to see.</summary>
/// <param name="Picture">In which picture.</param>
/// <param name="Box">Where.</param>
/// <param name="Class">What.</param>
/// <param name="Score">How sure it is, from 0 to 1.</param>
internal readonly record struct Detection(int Picture, Box Box, int Class, float Score);
