using System.Text.RegularExpressions;

namespace NetCompiler.Compiler.Tests.Simt.Ptx;

/// <summary>
/// The instruction by which a warp multiplies matrices. Which elements a thread holds is written here from the PTX ISA's section on
/// matrix fragments, element by element, and not taken from the compiler.
/// </summary>
internal sealed partial class PtxProduct
{
    private const int Threads = 32;

    private readonly bool _isTf32;
    private readonly int[] _results;
    private readonly int[] _left;
    private readonly int[] _right;
    private readonly int[] _sums;

    private PtxProduct(bool isTf32, int[] results, int[] left, int[] right, int[] sums) =>
        (_isTf32, _results, _left, _right, _sums) = (isTf32, results, left, right, sums);

    /// <summary>Reads the operands.</summary>
    public static PtxProduct Parse(PtxFunction function, string name, string operands, string line)
    {
        var isTf32 = name == "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32";
        PtxException.Require(isTf32 || name == "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32", "a product", line);
        PtxException.Require(function.Group.X * function.Group.Y * function.Group.Z % Threads == 0, "whole warps", line);
        var lists = Lists().Matches(operands).Select(m => m.Groups[1].Value.Split(", ")).ToList();
        PtxException.Require(lists.Count == 4, "four lists", line);
        return new PtxProduct(isTf32, Slots(0, 4, "f32"), Slots(1, 4, "b32"), Slots(2, 2, "b32"), Slots(3, 4, "f32"));

        int[] Slots(int list, int count, string type)
        {
            PtxException.Require(lists[list].Length == count, $"{count} registers", line);
            return [.. lists[list].Select(register => function.Slot(register, type, line))];
        }
    }

    /// <summary>Computes it.</summary>
    public void Run(IReadOnlyList<PtxThread> warp)
    {
        var terms = _isTf32 ? 8 : 16;
        var (a, b, c) = (new double[16, terms], new double[terms, 8], new double[16, 8]);
        for (var lane = 0; lane < Threads; lane++)
        {
            var (group, inGroup, thread) = (lane >> 2, lane % 4, warp[lane]);
            for (var i = 0; i < (_isTf32 ? 4 : 8); i++)
            {
                var (row, column) = _isTf32
                    ? (i is 0 or 2 ? group : group + 8, i is 0 or 1 ? inGroup : inGroup + 4)
                    : (i is 0 or 1 or 4 or 5 ? group : group + 8, inGroup * 2 + (i & 1) + (i < 4 ? 0 : 8));
                a[row, column] = Element(thread, _left, i);
            }

            for (var i = 0; i < (_isTf32 ? 2 : 4); i++)
            {
                var row = _isTf32 ? (i == 0 ? inGroup : inGroup + 4) : inGroup * 2 + (i & 1) + (i < 2 ? 0 : 8);
                b[row, group] = Element(thread, _right, i);
            }

            for (var i = 0; i < 4; i++)
                c[i < 2 ? group : group + 8, inGroup * 2 + (i & 1)] = BitConverter.Int32BitsToSingle((int)Register(thread, _sums[i]));
        }

        for (var lane = 0; lane < Threads; lane++)
        {
            var (group, inGroup, thread) = (lane >> 2, lane % 4, warp[lane]);
            for (var i = 0; i < 4; i++)
            {
                var (row, column) = (i < 2 ? group : group + 8, inGroup * 2 + (i & 1));
                var sum = c[row, column];
                for (var term = 0; term < terms; term++)
                    sum += a[row, term] * b[term, column];
                thread.Registers[_results[i]] = BitConverter.SingleToInt32Bits((float)sum);
                thread.IsSet[_results[i]] = true;
            }
        }
    }

    /// <summary>The nearest number with 10 bits of mantissa, of two the one that is further from zero.</summary>
    public static float ToTf32(float value) => Nearest(value, 13, MidpointRounding.AwayFromZero);

    /// <summary>The upper half of the bits of the nearest number with 7 bits of mantissa, of two the one whose last bit is 0.</summary>
    public static ushort ToBFloat16(float value) =>
        (ushort)((uint)BitConverter.SingleToInt32Bits(Nearest(value, 16, MidpointRounding.ToEven)) >> 16);

    private static float Nearest(float value, int bits, MidpointRounding rounding)
    {
        if (!float.IsFinite(value) || value == 0)
            return value;
        // The distance between such numbers is a power of two, by which division is exact.
        var unit = Math.ScaleB(1.0, Math.Max(Math.ILogB(value), -126) - 23 + bits);
        return (float)(Math.Round(value / unit, rounding) * unit);
    }

    private double Element(PtxThread thread, int[] registers, int element)
    {
        if (_isTf32)
        {
            var bits = (int)Register(thread, registers[element]);
            // The instruction takes the upper bits, whatever the others are.
            return BitConverter.Int32BitsToSingle(bits & ~0x1FFF);
        }

        var pair = (uint)Register(thread, registers[element / 2]);
        return BitConverter.Int32BitsToSingle((int)(element % 2 == 0 ? pair << 16 : pair & 0xFFFF0000));
    }

    private static long Register(PtxThread thread, int slot) =>
        thread.IsSet[slot] ? thread.Registers[slot] : throw new PtxException("A register of a product was never written.");

    [GeneratedRegex(@"\{([^}]*)\}")]
    private static partial Regex Lists();
}
