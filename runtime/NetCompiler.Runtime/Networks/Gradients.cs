using NetCompiler.Runtime;

namespace NetCompiler;

/// <summary>The gradients of a loss with respect to a network's parameters, laid out as <see cref="Network.Parameters"/>.</summary>
public sealed class Gradients
{
    private readonly Network _network;
    private readonly FloatArena _arena;

    internal Gradients(Network network)
    {
        _network = network;
        _arena = new FloatArena(network.Table.ArenaLength);
    }

    /// <summary>All gradients. Where parameters do not fill their arena, and for what is not trainable, they are 0.</summary>
    public Span<float> Values => _arena.Span;

    internal unsafe float* Pointer => _arena.Pointer;

    /// <summary>The gradient of one parameter.</summary>
    /// <param name="name">The parameter's name, such as <c>conv1.weight</c>.</param>
    /// <exception cref="KeyNotFoundException">There is no such parameter; the message lists those that there are.</exception>
    public ParameterView this[string name] => new(_network.Table[name], _arena, null);

    /// <summary>The gradient of one parameter.</summary>
    /// <param name="index">Index into <see cref="NetworkDescription.Parameters"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such parameter.</exception>
    public ParameterView this[int index] => new(_network.Definition.Parameters[index], _arena, null);
}
