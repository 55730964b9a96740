using System.Globalization;
using System.Text.RegularExpressions;

namespace NetCompiler.Compiler.Tests.Simt.Ptx;

/// <summary>A function of a PTX module: its registers, shared memory, labels and instructions, ready to run.</summary>
internal sealed partial class PtxFunction(string name, bool hasTensorCores)
{
    private const int LargestSharedMemory = 48 * 1024;

    private readonly Dictionary<string, (int Slot, string Type)> _registers = [];
    private readonly Dictionary<string, int> _labels = [];
    private readonly Dictionary<string, int> _shared = [];
    private readonly List<string> _lines = [];

    public string Name { get; } = name;

    /// <summary>Whether the module is for devices of compute capability 8.0 and up.</summary>
    public bool HasTensorCores { get; } = hasTensorCores;

    public List<(string Name, string Type)> Parameters { get; } = [];

    public (int X, int Y, int Z) Group { get; set; }

    /// <summary>Bytes of shared memory.</summary>
    public int SharedBytes { get; private set; }

    /// <summary>Registers of all types.</summary>
    public int Registers => _registers.Count;

    /// <summary>The instructions.</summary>
    public List<PtxInstruction> Code { get; } = [];

    /// <summary>Takes in a line of the body.</summary>
    public void Read(string line)
    {
        if (Shared().Match(line) is { Success: true } shared)
        {
            SharedBytes = (SharedBytes + 15) / 16 * 16;
            _shared.Add(shared.Groups[1].Value, SharedBytes);
            SharedBytes += int.Parse(shared.Groups[2].Value, CultureInfo.InvariantCulture);
            PtxException.Require(SharedBytes <= LargestSharedMemory, "48 KB of shared memory", line);
        }
        else if (Register().Match(line) is { Success: true } register)
        {
            var type = register.Groups[1].Value;
            foreach (var declared in register.Groups[2].Value.Split(", "))
            {
                if (Family().Match(declared) is { Success: true } family)
                {
                    for (var i = 0; i < int.Parse(family.Groups[2].Value, CultureInfo.InvariantCulture); i++)
                        Declare(family.Groups[1].Value + i.ToString(CultureInfo.InvariantCulture), type);
                }
                else
                {
                    Declare(declared, type);
                }
            }
        }
        else if (Label().Match(line) is { Success: true } label)
        {
            PtxException.Require(_labels.TryAdd(label.Groups[1].Value, _lines.Count), "a label once", line);
        }
        else
        {
            PtxException.Require(line.EndsWith(';'), "an instruction", line);
            _lines.Add(line[..^1]);
        }
    }

    /// <summary>Makes the instructions ready, now that all is declared.</summary>
    public void Finish()
    {
        foreach (var line in _lines)
            Code.Add(PtxInstruction.Parse(this, line));
        PtxException.Require(_lines.Count > 0 && _lines[^1] == "ret", "ret at the end", Name);
    }

    /// <summary>A register of a type.</summary>
    public int Slot(string register, string type, string line)
    {
        PtxException.Require(_registers.TryGetValue(register, out var declared), $"a declared register, not {register}", line);
        PtxException.Require(declared.Type == type, $"a register of the type {type}, not {register} of {declared.Type}", line);
        return declared.Slot;
    }

    /// <summary>Where a label is.</summary>
    public int Target(string label, string line)
    {
        PtxException.Require(_labels.TryGetValue(label, out var target), "a label", line);
        return target;
    }

    /// <summary>The address of shared memory; null where the name is none.</summary>
    public int? SharedAddress(string text) => _shared.TryGetValue(text, out var address) ? address : null;

    /// <summary>The number of a parameter.</summary>
    public int Parameter(string text, string type, string line)
    {
        var number = Parameters.FindIndex(p => p.Name == text);
        PtxException.Require(number >= 0 && Parameters[number].Type == type, "a parameter of the type", line);
        return number;
    }

    private void Declare(string register, string type) =>
        PtxException.Require(_registers.TryAdd(register, (_registers.Count, type)), "a register declared once", register);

    [GeneratedRegex(@"^\.shared \.align 16 \.b8 (\w+)\[(\d+)\];$")]
    private static partial Regex Shared();

    [GeneratedRegex(@"^\.reg \.(pred|b32|b64|f32) ([^;]+);$")]
    private static partial Regex Register();

    [GeneratedRegex(@"^(%\w+)<(\d+)>$")]
    private static partial Regex Family();

    [GeneratedRegex(@"^(\$\w+):$")]
    private static partial Regex Label();
}
