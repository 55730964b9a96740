namespace NetCompiler.Runtime;

/// <summary>A method of a network that compiled code computes: one of its [Forward] or [Objective] methods.</summary>
/// <remarks>Made by generated code only, once for each method; sessions keep what they need of it by the instance.</remarks>
public sealed class EntryPoint
{
    private readonly Func<int, CompiledPass?> _create;

    /// <summary>An entry point.</summary>
    /// <param name="name">The method's name.</param>
    /// <param name="create">Makes its code for a vector width; null where none was compiled.</param>
    public EntryPoint(string name, Func<int, CompiledPass?> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        Name = name;
        _create = create;
    }

    /// <summary>The method's name.</summary>
    public string Name { get; }

    /// <summary>True for the method that is what the network predicts, so that devices have code for it.</summary>
    public bool IsPrediction { get; init; }

    internal CompiledPass Create(int vectorBits) => _create(vectorBits)
        ?? throw new NotSupportedException(FormattableString.Invariant($"No code for {Name} with {vectorBits}-bit vectors was compiled."));
}
