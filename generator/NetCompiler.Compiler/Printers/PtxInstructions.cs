using System.Globalization;

namespace NetCompiler.Compiler.Printers;

/// <summary>The instructions of a PTX function, its registers, and its labels.</summary>
/// <remarks>Temporaries begin with a capital, so that none is called as a variable of the kernel is.</remarks>
internal sealed class PtxInstructions
{
    // What PTX itself calls so; further names of its have an underscore, which a variable's has not.
    private static readonly HashSet<string> s_reserved = new(
        [
            "tid", "ntid", "laneid", "warpid", "nwarpid", "ctaid", "nctaid", "clusterid", "nclusterid", "smid", "nsmid", "gridid", "clock",
            "clock64", "globaltimer", .. Numbered("pm", 8), .. Numbered("envreg", 32),
        ],
        StringComparer.Ordinal);

    private readonly List<string> _lines = [];
    private readonly Dictionary<string, int> _temporaries = [];
    private readonly Dictionary<string, List<string>> _variables = [];
    private readonly HashSet<string> _registers = new(StringComparer.Ordinal);
    private int _labels;

    /// <summary>The lines so far.</summary>
    public IReadOnlyList<string> Lines => _lines;

    /// <summary>The declarations of all registers.</summary>
    public IEnumerable<string> Declarations
    {
        get
        {
            foreach (var pair in _variables.OrderBy(p => p.Key, StringComparer.Ordinal))
            {
                for (var i = 0; i < pair.Value.Count; i += 8)
                    yield return $".reg .{pair.Key} {string.Join(", ", pair.Value.Skip(i).Take(8))};";
            }

            foreach (var pair in _temporaries.OrderBy(p => p.Key, StringComparer.Ordinal))
                yield return FormattableString.Invariant($".reg .{pair.Key} {Prefix(pair.Key)}<{pair.Value}>;");
        }
    }

    /// <summary>Adds an instruction.</summary>
    public void Add(string text) => _lines.Add($"    {text};");

    /// <summary>Adds a remark.</summary>
    public void Remark(string text) => _lines.AddRange(text.Split('\n').Select(line => $"    // {line}"));

    /// <summary>Marks a place.</summary>
    public void Place(string label) => _lines.Add(label + ":");

    /// <summary>A new label.</summary>
    public string Label(string name) => FormattableString.Invariant($"${name}{++_labels}");

    /// <summary>A register of its own.</summary>
    /// <param name="type">Its type in PTX: "f32", "b32", "b64", "pred".</param>
    public string Fresh(string type)
    {
        _temporaries.TryGetValue(type, out var count);
        _temporaries[type] = count + 1;
        return Prefix(type) + count.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>The register of a variable.</summary>
    public string Declare(string type, string name)
    {
        if (!_variables.TryGetValue(type, out var names))
            _variables[type] = names = [];
        var register = "%" + name + (s_reserved.Contains(name) ? "_" : "");
        while (!_registers.Add(register))
            register += "_";
        names.Add(register);
        return register;
    }

    /// <summary>An instruction whose result goes to a register; without one, to a fresh register of the type.</summary>
    public string Compute(string instruction, string type, string? register, params string[] operands)
    {
        register ??= Fresh(type);
        Add($"{instruction} {register}, {string.Join(", ", operands)}");
        return register;
    }

    private static string Prefix(string type) => type switch
    {
        "f32" => "%F",
        "b32" => "%R",
        "b64" => "%D",
        "pred" => "%P",
        _ => throw new ArgumentException(type, nameof(type)),
    };

    /// <summary>A single-precision literal.</summary>
    public static string Single(float value) =>
        "0f" + BitConverter.ToInt32(BitConverter.GetBytes(value), 0).ToString("X8", CultureInfo.InvariantCulture);

    private static IEnumerable<string> Numbered(string name, int count) =>
        Enumerable.Range(0, count).Select(i => FormattableString.Invariant($"{name}{i}"));
}
