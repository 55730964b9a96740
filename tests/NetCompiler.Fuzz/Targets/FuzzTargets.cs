using NetCompiler.Fuzz.Fuzzing;

namespace NetCompiler.Fuzz.Targets;

/// <summary>The formats that are fuzzed.</summary>
public static class FuzzTargets
{
    private static readonly (string Name, Func<IFuzzTarget> Create)[] s_all =
    [
        ("safetensors", () => new SafetensorsTarget()),
        ("idx", () => new IdxTarget()),
        ("png", () => new PngTarget()),
        ("pnm", () => new PnmTarget()),
        ("checkpoint", () => new CheckpointTarget()),
    ];

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } = Array.ConvertAll(s_all, target => target.Name);

    /// <summary>Makes what fuzzes a format.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    public static IFuzzTarget Create(string name) => Array.Find(s_all, target => target.Name == name).Create();
}
