using NetCompiler.Runtime;
using static System.FormattableString;

namespace NetCompiler;

/// <summary>Finds parameters by name, and says how large the arena is that holds them.</summary>
internal sealed class ParameterTable
{
    // The arena is rounded up to whole vectors, so that optimisers may run over its end.
    private const int Step = PassArguments.Alignment / sizeof(float);

    private readonly Dictionary<string, ParameterInfo> _byName = new(StringComparer.Ordinal);
    private readonly NetworkDescription _network;

    public ParameterTable(NetworkDescription network)
    {
        _network = network;
        var end = 0;
        foreach (var parameter in network.Parameters)
        {
            if (!_byName.TryAdd(parameter.Name, parameter))
                throw new ArgumentException($"{network.Name}: two parameters are named '{parameter.Name}'.", nameof(network));
            end = Math.Max(end, checked(parameter.Offset + parameter.Length));
        }

        CheckOverlaps(network);
        ArenaLength = checked(end + Step - 1) / Step * Step;
    }

    /// <summary>Floats that the arena has to have.</summary>
    public int ArenaLength { get; }

    public ParameterInfo this[string name]
    {
        get
        {
            ArgumentNullException.ThrowIfNull(name);
            if (_byName.TryGetValue(name, out var parameter))
                return parameter;
            throw new KeyNotFoundException(
                $"{_network.Name} has no parameter '{name}': expected one of {string.Join(", ", _byName.Keys)}.");
        }
    }

    private static void CheckOverlaps(NetworkDescription network)
    {
        var sorted = new ParameterInfo[network.Parameters.Count];
        for (var i = 0; i < sorted.Length; i++)
            sorted[i] = network.Parameters[i];
        Array.Sort(sorted, (a, b) => a.Offset.CompareTo(b.Offset));
        var end = 0;
        foreach (var parameter in sorted)
        {
            if (parameter.Offset < end)
            {
                throw new ArgumentException(
                    Invariant($"{network.Name}: offset of '{parameter.Name}': expected at least {end}, found {parameter.Offset}."),
                    nameof(network));
            }

            end = parameter.Offset + parameter.Length;
        }
    }
}
