namespace NetCompiler;

/// <summary>
/// Parameters that training leaves as they are, by patterns of their names: their gradients are not computed at all. The star stands for any
/// characters, the question mark for one. A pattern means the names that it matches as a whole, and those of which it matches
/// all up to a dot: <c>conv1</c> is all parameters of that layer, <c>encode</c> all that are in it, <c>*.bias</c> all biases. Running
/// statistics are no parameters in this sense: they follow the batches as ever.
/// </summary>
/// <param name="patterns">One or more patterns; one that means no parameter of the network is an error.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class FreezeAttribute(params string[] patterns) : Attribute
{
    /// <summary>The patterns.</summary>
    public string[] Patterns { get; } = patterns;
}
