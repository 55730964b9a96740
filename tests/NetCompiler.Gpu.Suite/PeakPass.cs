using System.Diagnostics;
using System.Globalization;
using System.Text;
using NetCompiler.Runtime;

namespace NetCompiler.Gpu;

/// <summary>What a device can do in single precision: multiply-adds in chains that depend neither on each other nor on memory.</summary>
internal sealed unsafe class PeakPass : DevicePass
{
    private const int Chains = 16;
    private const int Threads = 256;

    private static readonly byte[] s_ptx = Encoding.UTF8.GetBytes(Print());

    public override DevicePassInfo Info { get; } = new("Peak", [], [], [], [], 1, 0, 0, 0, 0, 0);

    public override ReadOnlySpan<byte> Ptx => s_ptx;

    /// <summary>GFLOP/s, the best of several tries.</summary>
    public static double Measure(IDeviceDriver driver, int groups, int rounds)
    {
        const int Tries = 5;
        var module = driver.LoadModule(new PeakPass());
        var memory = driver.Allocate(groups * (long)Threads * sizeof(float));
        try
        {
            var function = driver.Function(module, "Peak");
            long address = memory, count = rounds;
            var arguments = stackalloc void*[] { &address, &count };
            var best = double.MaxValue;
            for (var i = 0; i < Tries; i++)
            {
                driver.Synchronize();
                var begin = Stopwatch.GetTimestamp();
                driver.Launch(function, new Dim3(groups, 1, 1), new Dim3(Threads, 1, 1), arguments);
                driver.Synchronize();
                best = Math.Min(best, Stopwatch.GetElapsedTime(begin).TotalSeconds);
            }

            return 2.0 * groups * Threads * Chains * rounds / best / 1e9;
        }
        finally
        {
            driver.Free(memory);
            driver.UnloadModule(module);
        }
    }

    private static string Print()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $$"""
            .version 6.0
            .target sm_70
            .address_size 64

            .visible .entry Peak(
            	.param .u64 Peak_0,
            	.param .u32 Peak_1)
            .reqntid {{Threads}}, 1, 1
            {
            	.reg .b32 %i, %rounds, %R<4>;
            	.reg .b64 %D<3>;
            	.reg .f32 %x, %sum, %F<{{Chains}}>;
            	.reg .pred %P<2>;
            	ld.param.u64 %D0, [Peak_0];
            	cvta.to.global.u64 %D1, %D0;
            	ld.param.u32 %rounds, [Peak_1];
            	mov.u32 %R0, %ctaid.x;
            	mul.lo.s32 %R1, %R0, {{Threads}};
            	mov.u32 %R2, %tid.x;
            	add.s32 %R3, %R1, %R2;
            	mov.b32 %i, 0;
            	mov.f32 %x, 0f3F000000;

            """);
        for (var i = 0; i < Chains; i++)
            text.Append(CultureInfo.InvariantCulture, $"\tcvt.rn.f32.s32 %F{i}, %R{i % 4};\n");
        text.Append("$Loop1:\n");
        for (var i = 0; i < Chains; i++)
            text.Append(CultureInfo.InvariantCulture, $"\tfma.rn.f32 %F{i}, %F{i}, %x, %x;\n");
        text.Append("\tadd.s32 %i, %i, 1;\n\tsetp.lt.s32 %P0, %i, %rounds;\n\t@%P0 bra $Loop1;\n\tmov.f32 %sum, %F0;\n");
        for (var i = 1; i < Chains; i++)
            text.Append(CultureInfo.InvariantCulture, $"\tadd.rn.f32 %sum, %sum, %F{i};\n");
        text.Append("\tmad.wide.s32 %D2, %R3, 4, %D1;\n\tst.global.f32 [%D2], %sum;\n\tret;\n}\n");
        return text.ToString();
    }
}
