namespace NetCompiler;

/// <summary>
/// What a [Loss] method holds predictions against: the target that training hands in. Its shape is the loss's to say that reads it first; a
/// [Shape] beside it says it where expressions read it, or where it is a distribution.
/// </summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class LabelsAttribute : Attribute;
