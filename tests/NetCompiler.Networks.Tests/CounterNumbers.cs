using System.Text;

namespace NetCompiler.Networks.Tests;

/// <summary>
/// The numbers that both sides of a comparison compute from a tensor's name, instead of reading them: see make_network_fixtures.py, whose
/// functions these are.
/// </summary>
internal static class CounterNumbers
{
    private const uint Seed = 1;

    /// <summary>32 random bits of a counter, in the stream of a name.</summary>
    public static uint Bits(uint counter, uint stream)
    {
        var h = counter * 0x9E3779B9u ^ (Seed + stream * 0x85EBCA6Bu);
        h = (h ^ h >> 16) * 0x7FEB352Du;
        h = (h ^ h >> 15) * 0x846CA68Bu;
        return h ^ h >> 16;
    }

    /// <summary>FNV-1a of a name.</summary>
    public static uint Stream(string name) => Encoding.UTF8.GetBytes(name).Aggregate(0x811C9DC5u, (h, b) => (h ^ b) * 0x01000193u);

    /// <summary>A multiple of 1/4096 from −1/2 to 1/2.</summary>
    public static float Uniform(int i, uint stream) => (Bits((uint)i, stream) >> 20) / 4096f - 0.5f;

    /// <summary>What a parameter holds at the beginning.</summary>
    public static void Fill(ParameterView parameter)
    {
        var (name, shape) = (parameter.Info.Name, parameter.Info.Shape);
        var kind = name[(name.LastIndexOf('.') + 1)..];
        var (offset, scale) = shape.Count > 1
            ? (0f, MathF.Pow(2, (float)Math.Round(Math.Log2(24.0 / shape.Skip(1).Aggregate(1, (p, e) => p * e)) / 2)))
            : (kind is "running_var" or "weight" ? 1f : 0f, 0.5f);
        var stream = Stream(name);
        var values = parameter.Values;
        for (var i = 0; i < values.Length; i++)
            values[i] = offset + scale * Uniform(i, stream);
    }
}
