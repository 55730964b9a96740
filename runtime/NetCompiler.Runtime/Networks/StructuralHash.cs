using System.Text;

namespace NetCompiler;

/// <summary>The 64-bit FNV-1a hash (Fowler, Noll, Vo) over the names and shapes of a network.</summary>
internal static class StructuralHash
{
    private const ulong Basis = 0xcbf29ce484222325;
    private const ulong Prime = 0x100000001b3;

    public static ulong Compute(NetworkDescription network)
    {
        var hash = Basis;
        foreach (var tensor in network.Inputs)
            hash = Add(Add(Add(hash, "input"), tensor.Name), tensor.Type.ToString(), tensor.Shape);
        foreach (var layer in network.Layers)
            hash = Add(Add(Add(hash, "layer"), layer.Name), layer.Kind, layer.OutputShape);
        foreach (var parameter in network.Parameters)
            hash = Add(Add(hash, "parameter"), parameter.Name, parameter.Shape);
        foreach (var tensor in network.Outputs)
            hash = Add(Add(Add(hash, "output"), tensor.Name), tensor.Type.ToString(), tensor.Shape);
        return hash;
    }

    /// <summary>The hash of a text alone.</summary>
    public static ulong Compute(string text) => Add(Basis, text);

    // A zero byte ends each text, so that "ab" + "c" differs from "a" + "bc".
    private static ulong Add(ulong hash, string text)
    {
        foreach (var value in Encoding.UTF8.GetBytes(text))
            hash = Add(hash, value);
        return Add(hash, (byte)0);
    }

    private static ulong Add(ulong hash, string text, IReadOnlyList<int> shape)
    {
        hash = Add(hash, text);
        hash = Add(hash, shape.Count);
        foreach (var extent in shape)
            hash = Add(hash, extent);
        return hash;
    }

    private static ulong Add(ulong hash, int value)
    {
        for (var shift = 0; shift < 32; shift += 8)
            hash = Add(hash, (byte)(value >> shift));
        return hash;
    }

    private static ulong Add(ulong hash, byte value) => unchecked((hash ^ value) * Prime);
}
