namespace NetCompiler;

/// <summary>What a [Loss] method holds predictions against: the target that training hands in. Its shape is the loss's to say.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class LabelsAttribute : Attribute;
