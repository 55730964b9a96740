using System.Globalization;
using System.Text.RegularExpressions;
using NetCompiler.Compiler.Kernels.Interpretation;

namespace NetCompiler.Compiler.Tests.Simt.Ptx;

/// <summary>What a running thread has: registers as 64 bits each, and where it is.</summary>
internal sealed class PtxThread(PtxFunction function, PtxMemory memory, long[] arguments, (int X, int Y, int Z) thread, (int X, int Y, int Z) group)
{
    public long[] Registers { get; } = new long[function.Registers];

    public bool[] IsSet { get; } = new bool[function.Registers];

    public PtxMemory Memory { get; } = memory;

    public long[] Arguments { get; } = arguments;

    public (int X, int Y, int Z) Thread { get; } = thread;

    public (int X, int Y, int Z) Group { get; } = group;

    public int Next { get; set; }

    // Copies that have begun, in groups.
    private readonly Queue<List<Action>> _groups = [];
    private List<Action> _open = [];

    /// <summary>Begins to copy to shared memory, where nothing is to be read until it has been waited for.</summary>
    public void BeginCopy(long address, long value, PtxInstruction instruction)
    {
        Memory.Undefine(address, instruction);
        _open.Add(() => Memory.Store(address, 4, value, instruction));
    }

    public void CommitCopies()
    {
        _groups.Enqueue(_open);
        _open = [];
    }

    public void WaitForCopies(int groups)
    {
        while (_groups.Count > groups)
            _groups.Dequeue().ForEach(complete => complete());
    }
}

/// <summary>An instruction that was read: what it does, and whether a thread waits behind it or has ended.</summary>
internal sealed partial class PtxInstruction
{
    private readonly PtxFunction _function;
    private readonly string _line;

    private PtxInstruction(PtxFunction function, string line) =>
        (_function, _line, IsShared) = (function, line, line.Contains(".shared.", StringComparison.Ordinal));

    /// <summary>What it does.</summary>
    public Action<PtxThread> Run { get; private set; } = _ => { };

    /// <summary>True for access to shared memory.</summary>
    public bool IsShared { get; }

    /// <summary>True for the barrier.</summary>
    public bool Waits { get; private set; }

    /// <summary>What a warp's product of matrices takes and gives; null for other instructions.</summary>
    public PtxProduct? Product { get; private set; }

    /// <summary>True for the end.</summary>
    public bool Ends { get; private set; }

    public override string ToString() => _line;

    /// <summary>Reads an instruction and checks its operands.</summary>
    public static PtxInstruction Parse(PtxFunction function, string line)
    {
        var instruction = new PtxInstruction(function, line);
        instruction.Read();
        return instruction;
    }

    private void Read()
    {
        var match = Form().Match(_line);
        PtxException.Require(match.Success, "an instruction", _line);
        var name = match.Groups[3].Value;
        if (name.StartsWith("mma.", StringComparison.Ordinal))
        {
            PtxException.Require(_function.HasTensorCores && !match.Groups[2].Success, "a device with tensor cores, and all of a warp", _line);
            Product = PtxProduct.Parse(_function, name, match.Groups[4].Value, _line);
            return;
        }

        if (VectorRead().Match(_line) is { Success: true } read)
        {
            Run = ReadFour(read.Groups[1].Value, read.Groups[2].Value.Split(", "), read.Groups[3].Value);
            return;
        }

        var operands = match.Groups[4].Value.Split(", ", StringSplitOptions.RemoveEmptyEntries);
        (Waits, Ends) = (name == "bar.sync", name == "ret");
        if (Waits || Ends)
            return;
        var run = name == "bra" ? Branch(operands) : Operation(name.Split('.'), operands);
        Run = run;
        if (match.Groups[2].Success)
        {
            var (isNegated, test) = (match.Groups[1].Value == "@!", Source(match.Groups[2].Value, "pred"));
            Run = t =>
            {
                if (test(t) != 0 != isNegated)
                    run(t);
            };
        }
    }

    // Four numbers at once, to registers that differ, from a place that is a multiple of their size.
    private Action<PtxThread> ReadFour(string space, string[] registers, string place)
    {
        PtxException.Require(registers.Distinct().Count() == 4, "four registers", _line);
        var from = Address(place, space);
        var sets = registers.Select((register, lane) => Set(register, "f32", t => t.Memory.Load(from(t) + 4 * lane, 4, false, this))).ToArray();
        return t =>
        {
            PtxException.Require(from(t) % 16 == 0, "an address that is a multiple of 16", _line);
            Array.ForEach(sets, set => set(t));
        };
    }

    private Action<PtxThread> Branch(string[] operands)
    {
        var target = _function.Target(operands[0], _line);
        return t => t.Next = target;
    }

    private Action<PtxThread> Operation(string[] name, string[] operands)
    {
        var type = name[^1];
        switch (name[0])
        {
            case "ld" when name[1] == "param":
                var parameter = _function.Parameter(operands[1].Trim('[', ']'), type, _line);
                return Set(operands[0], Storage(type), t => t.Arguments[parameter]);
            case "ld":
                var (from, size) = (Address(operands[1], name[1]), Size(type));
                return Set(operands[0], Storage(type), t => t.Memory.Load(from(t), size, type == "s8", this));
            case "st":
                var (to, width, stored) = (Address(operands[0], name[1]), Size(type), Source(operands[1], Storage(type)));
                return t => t.Memory.Store(to(t), width, stored(t), this);
            case "cp":
                return Copy(string.Join('.', name), operands);
            case "cvta":
                return Set(operands[0], "b64", Source(operands[1], "b64"));
            case "mov" when operands[1].StartsWith("%tid.", StringComparison.Ordinal) || operands[1].StartsWith("%ctaid.", StringComparison.Ordinal):
                var (isThread, dimension) = (operands[1][1] == 't', operands[1][^1]);
                return Set(operands[0], "b32", t => (isThread ? t.Thread : t.Group) is var at
                    ? dimension == 'x' ? at.X : dimension == 'y' ? at.Y : at.Z : 0);
            case "mov" when _function.SharedAddress(operands[1]) is { } address:
                return Set(operands[0], "b32", _ => PtxMemory.SharedBase + address);
            case "mov" when type == "b32":
                // Between floats and integers, as they are.
                var isFloat = IsFloat(operands[1]);
                return Set(operands[0], IsFloat(operands[0]) ? "f32" : "b32", isFloat ? Source(operands[1], "f32") : Source(operands[1], "b32"));
            case "mov":
                return Set(operands[0], Storage(type), Source(operands[1], Storage(type)));
            case "setp":
                return Compare(name[1], type, operands);
            case "selp":
                var (then, otherwise, test) = (Source(operands[1], Storage(type)), Source(operands[2], Storage(type)), Source(operands[3], "pred"));
                return Set(operands[0], Storage(type), t => test(t) != 0 ? then(t) : otherwise(t));
            case "cvt":
                return Convert(name, operands);
            case "mad" when name[1] == "wide":
                var (a, b, c) = (Source(operands[1], "b32"), Source(operands[2], "b32"), Source(operands[3], "b64"));
                return Set(operands[0], "b64", t => a(t) * b(t) + c(t));
            default:
                return type == "f32" ? Float(name, operands) : Integer(name, type, operands);
        }
    }

    private Action<PtxThread> Float(string[] name, string[] operands)
    {
        var x = operands.Skip(1).Select(o => Source(o, "f32")).ToArray();
        Func<PtxThread, float> compute = (string.Join('.', name[..^1]), x.Length) switch
        {
            ("add.rn", 2) => t => Single(x[0](t)) + Single(x[1](t)),
            ("sub.rn", 2) => t => Single(x[0](t)) - Single(x[1](t)),
            ("mul.rn", 2) => t => Single(x[0](t)) * Single(x[1](t)),
            ("div.rn", 2) => t => Single(x[0](t)) / Single(x[1](t)),
            ("min", 2) => t => float.MinNumber(Single(x[0](t)), Single(x[1](t))),
            ("max", 2) => t => float.MaxNumber(Single(x[0](t)), Single(x[1](t))),
            ("fma.rn", 3) => t => MathF.FusedMultiplyAdd(Single(x[0](t)), Single(x[1](t)), Single(x[2](t))),
            ("neg", 1) => t => -Single(x[0](t)),
            ("abs", 1) => t => MathF.Abs(Single(x[0](t))),
            ("sqrt.rn", 1) => t => MathF.Sqrt(Single(x[0](t))),
            ("ex2.approx", 1) => t => (float)Math.Pow(2, Single(x[0](t))),
            ("lg2.approx", 1) => t => (float)Math.Log2(Single(x[0](t))),
            ("copysign", 2) => t => MathF.CopySign(Single(x[1](t)), Single(x[0](t))),
            _ => throw new PtxException($"No instruction of f32: {_line}"),
        };
        return Set(operands[0], "f32", t => Bits(compute(t)));
    }

    private Action<PtxThread> Integer(string[] name, string type, string[] operands)
    {
        var storage = Storage(type);
        var x = operands.Skip(1).Select(o => Source(o, storage)).ToArray();
        Func<PtxThread, long> compute = (string.Join('.', name[..^1]), x.Length) switch
        {
            ("add", 2) => t => x[0](t) + x[1](t),
            ("sub", 2) => t => x[0](t) - x[1](t),
            ("mul.lo", 2) => t => x[0](t) * x[1](t),
            ("mad.lo", 3) => t => x[0](t) * x[1](t) + x[2](t),
            ("div", 2) => t => Unsigned(x[0](t)) / NotZero(Unsigned(x[1](t))),
            ("rem", 2) => t => Unsigned(x[0](t)) % NotZero(Unsigned(x[1](t))),
            ("min", 2) => t => Math.Min(x[0](t), x[1](t)),
            ("max", 2) => t => Math.Max(x[0](t), x[1](t)),
            ("and", 2) => t => x[0](t) & x[1](t),
            ("or", 2) => t => x[0](t) | x[1](t),
            ("xor", 2) => t => x[0](t) ^ x[1](t),
            ("shl", 2) => t => x[0](t) << (int)x[1](t),
            ("shr", 2) when type == "u32" => t => (long)((uint)x[0](t) >> (int)x[1](t)),
            ("neg", 1) => t => -x[0](t),
            ("abs", 1) => t => Math.Abs(x[0](t)),
            ("not", 1) when type == "pred" => t => 1 - x[0](t),
            ("not", 1) => t => ~x[0](t),
            _ => throw new PtxException($"No instruction of {type}: {_line}"),
        };
        return Set(operands[0], storage, compute);

        long Unsigned(long value) => type == "u32" ? (uint)value : value;

        long NotZero(long value) => value != 0 ? value : throw new PtxException($"Divides by zero: {_line}");
    }

    private Action<PtxThread> Compare(string function, string type, string[] operands)
    {
        var (a, b) = (Source(operands[1], Storage(type)), Source(operands[2], Storage(type)));
        Func<PtxThread, bool> test = (function, type) switch
        {
            ("eq", "f32") => t => Single(a(t)) == Single(b(t)),
            ("neu", "f32") => t => Single(a(t)) != Single(b(t)),
            ("lt", "f32") => t => Single(a(t)) < Single(b(t)),
            ("le", "f32") => t => Single(a(t)) <= Single(b(t)),
            ("gt", "f32") => t => Single(a(t)) > Single(b(t)),
            ("ge", "f32") => t => Single(a(t)) >= Single(b(t)),
            ("eq", "s32" or "s64") => t => a(t) == b(t),
            ("ne", "s32" or "s64") => t => a(t) != b(t),
            ("lt", "s32" or "s64") => t => a(t) < b(t),
            ("le", "s32" or "s64") => t => a(t) <= b(t),
            ("gt", "s32" or "s64") => t => a(t) > b(t),
            ("ge", "s32" or "s64") => t => a(t) >= b(t),
            _ => throw new PtxException($"No comparison: {_line}"),
        };
        return Set(operands[0], "pred", t => test(t) ? 1 : 0);
    }

    private Action<PtxThread> Convert(string[] name, string[] operands)
    {
        var form = string.Join('.', name.Skip(1));
        if (form is "rna.tf32.f32" or "rn.bf16x2.f32")
            return Round(form, operands);
        var x = Source(operands[1], Storage(name[^1]));
        Func<PtxThread, long> compute = form switch
        {
            "rni.f32.f32" => t => Bits(MathF.Round(Single(x(t)), MidpointRounding.ToEven)),
            "rmi.f32.f32" => t => Bits(MathF.Floor(Single(x(t)))),
            "rn.f32.s32" or "rn.f32.s64" => t => Bits((float)x(t)),
            "rzi.s32.f32" => t => LaneArithmetic.Truncate(Single(x(t)), Compiler.Kernels.ScalarKind.I32),
            "rzi.s64.f32" => t => LaneArithmetic.Truncate(Single(x(t)), Compiler.Kernels.ScalarKind.I64),
            "s64.s32" or "u32.u64" => x,
            "s32.s8" => t => (sbyte)x(t),
            _ => throw new PtxException($"No conversion: {_line}"),
        };
        return Set(operands[0], Storage(name[^2]), compute);
    }

    private Action<PtxThread> Copy(string name, string[] operands)
    {
        PtxException.Require(_function.HasTensorCores, "a device that copies asynchronously", _line);
        switch (name, operands.Length)
        {
            case ("cp.async.ca.shared.global", 3 or 4):
                PtxException.Require(operands[2] == "4", "4 bytes", _line);
                var (to, from) = (Address(operands[0], "shared"), Address(operands[1], "global"));
                var bytes = operands.Length == 4 ? Source(operands[3], "b32") : _ => 4;
                return t =>
                {
                    var read = bytes(t);
                    PtxException.Require(read is 0 or 4, "all bytes or none", _line);
                    t.BeginCopy(to(t), read == 0 ? 0 : t.Memory.Load(from(t), 4, false, this, isShared: false), this);
                };
            case ("cp.async.commit_group", 0):
                return t => t.CommitCopies();
            case ("cp.async.wait_group", 1):
                var groups = int.Parse(operands[0], CultureInfo.InvariantCulture);
                return t => t.WaitForCopies(groups);
            default:
                throw new PtxException($"No copy: {_line}");
        }
    }

    // To registers of a factor. Written down once more, so that it is no mistake of the compiler's interpreter that is made here.
    private Action<PtxThread> Round(string form, string[] operands)
    {
        PtxException.Require(_function.HasTensorCores, "a device with tensor cores", _line);
        var x = operands.Skip(1).Select(o => Source(o, "f32")).ToArray();
        PtxException.Require(x.Length == (form == "rna.tf32.f32" ? 1 : 2), "operands", _line);
        return Set(operands[0], "b32", form == "rna.tf32.f32"
            ? t => Bits(PtxProduct.ToTf32(Single(x[0](t))))
            : t => (long)PtxProduct.ToBFloat16(Single(x[0](t))) << 16 | PtxProduct.ToBFloat16(Single(x[1](t))));
    }

    private Action<PtxThread> Set(string register, string type, Func<PtxThread, long> compute)
    {
        var slot = _function.Slot(register, type, _line);
        var isHalf = type is "b32" or "f32";
        return t =>
        {
            var value = compute(t);
            t.Registers[slot] = isHalf ? (int)value : value;
            t.IsSet[slot] = true;
        };
    }

    private Func<PtxThread, long> Source(string operand, string type)
    {
        if (operand[0] == '%')
        {
            var slot = _function.Slot(operand, type, _line);
            return t => t.IsSet[slot] ? t.Registers[slot] : throw new PtxException($"{operand} was never written: {_line}");
        }

        var isSingle = operand.StartsWith("0f", StringComparison.Ordinal);
        PtxException.Require(type != "pred" && isSingle == (type == "f32"), $"a {type}", _line);
        if (isSingle || operand.StartsWith("0x", StringComparison.Ordinal))
        {
            long bits = int.Parse(operand[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            return _ => bits;
        }

        PtxException.Require(long.TryParse(operand, CultureInfo.InvariantCulture, out var value), "a number", _line);
        return _ => value;
    }

    private Func<PtxThread, long> Address(string operand, string space)
    {
        var match = Place().Match(operand);
        PtxException.Require(match.Success && space is "global" or "shared", "an address", _line);
        var register = Source(match.Groups[1].Value, space == "shared" ? "b32" : "b64");
        var offset = match.Groups[2].Success ? long.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture) : 0;
        return t => register(t) + offset;
    }

    private bool IsFloat(string operand)
    {
        if (operand[0] != '%')
            return operand.StartsWith("0f", StringComparison.Ordinal);
        try
        {
            _function.Slot(operand, "f32", _line);
            return true;
        }
        catch (PtxException)
        {
            return false;
        }
    }

    private string Storage(string type) => type switch
    {
        "f32" or "pred" => type,
        "u64" or "s64" or "b64" => "b64",
        "u32" or "s32" or "b32" or "u8" or "s8" => "b32",
        _ => throw new PtxException($"No type: {_line}"),
    };

    private static int Size(string type) => type is "u8" or "s8" ? 1 : type.EndsWith("64", StringComparison.Ordinal) ? 8 : 4;

    private static float Single(long bits) => BitConverter.Int32BitsToSingle((int)bits);

    private static long Bits(float value) => BitConverter.SingleToInt32Bits(value);

    [GeneratedRegex(@"^(?:(@!?)(%\w+) )?([a-z0-9._]+)(?: (.*))?$")]
    private static partial Regex Form();

    [GeneratedRegex(@"^ld\.(global|shared)\.v4\.f32 \{([^}]*)\}, (\[\S+\])$")]
    private static partial Regex VectorRead();

    [GeneratedRegex(@"^\[(%\w+)(?:\+(-?\d+))?\]$")]
    private static partial Regex Place();
}
