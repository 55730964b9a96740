using System.Runtime.Intrinsics;
using NetCompiler.Compiler.Tests.Reference;
using NetCompiler.Runtime;

namespace NetCompiler.Compiler.Tests.Kernels;

public unsafe class VectorMathTests
{
    private static readonly float[] s_numbers = [.. Numbers()];

    public static TheoryData<string> Functions => ["Exp", "Log", "Sigmoid", "Tanh", "Erf"];

    [Theory]
    [MemberData(nameof(Functions))]
    public void FunctionsAreAccurateInEveryWidth(string function)
    {
        for (var i = 0; i + 16 <= s_numbers.Length; i += 16)
        {
            var x = s_numbers.AsSpan(i, 16);
            var v512 = Vector512.Create<float>(x);
            var (v256, v128) = (Vector256.Create<float>(x), Vector128.Create<float>(x));
            var (r512, r256, r128) = function switch
            {
                "Exp" => (VectorMath.Exp(v512), VectorMath.Exp(v256), VectorMath.Exp(v128)),
                "Log" => (VectorMath.Log(v512), VectorMath.Log(v256), VectorMath.Log(v128)),
                "Sigmoid" => (VectorMath.Sigmoid(v512), VectorMath.Sigmoid(v256), VectorMath.Sigmoid(v128)),
                "Erf" => (VectorMath.Erf(v512), VectorMath.Erf(v256), VectorMath.Erf(v128)),
                _ => (VectorMath.Tanh(v512), VectorMath.Tanh(v256), VectorMath.Tanh(v128)),
            };
            for (var lane = 0; lane < 16; lane++)
            {
                Check(function, x[lane], r512[lane]);
                if (lane < 8)
                    Check(function, x[lane], r256[lane]);
                if (lane < 4)
                    Check(function, x[lane], r128[lane]);
                var scalar = function switch
                {
                    "Exp" => VectorMath.Exp(x[lane]),
                    "Log" => VectorMath.Log(x[lane]),
                    "Sigmoid" => VectorMath.Sigmoid(x[lane]),
                    "Erf" => VectorMath.Erf(x[lane]),
                    _ => VectorMath.Tanh(x[lane]),
                };
                Check(function, x[lane], scalar);
                // The same bits, wherever a number happens to be computed.
                Assert.Equal(scalar, r512[lane]);
                if (lane < 8)
                    Assert.Equal(scalar, r256[lane]);
            }
        }
    }

    [Fact]
    public void BoundedFunctionsSaturate()
    {
        Assert.Equal(1f, VectorMath.Sigmoid(Vector512.Create(float.PositiveInfinity))[3]);
        Assert.Equal(1f, VectorMath.Sigmoid(Vector256.Create(40f))[3]);
        Assert.Equal(0f, VectorMath.Sigmoid(Vector128.Create(float.NegativeInfinity))[3]);
        Assert.Equal(0.5f, VectorMath.Sigmoid(0f));
        foreach (var x in new[] { 9.5f, 20f, 1e30f, float.PositiveInfinity })
        {
            Assert.Equal(1f, VectorMath.Tanh(Vector512.Create(x))[0]);
            Assert.Equal(-1f, VectorMath.Tanh(Vector256.Create(-x))[0]);
            Assert.Equal(1f, VectorMath.Tanh(x));
            Assert.Equal(1f, VectorMath.Erf(Vector512.Create(x))[0]);
            Assert.Equal(-1f, VectorMath.Erf(Vector256.Create(-x))[0]);
            Assert.Equal(1f, VectorMath.Erf(x));
        }

        Assert.Equal(float.PositiveInfinity, VectorMath.Exp(89.5f));
        Assert.Equal(0f, VectorMath.Exp(float.NegativeInfinity));
        Assert.True(float.IsNaN(VectorMath.Exp(Vector512.Create(float.NaN))[0]));
        Assert.True(float.IsNaN(VectorMath.Tanh(Vector512.Create(float.NaN))[0]));
        Assert.True(float.IsNaN(VectorMath.Sigmoid(Vector512.Create(float.NaN))[0]));
        Assert.True(float.IsNaN(VectorMath.Erf(Vector512.Create(float.NaN))[0]));
    }

    [Fact]
    public void TanhAndErfAreOdd()
    {
        foreach (var x in s_numbers)
        {
            Assert.Equal(-VectorMath.Tanh(x), VectorMath.Tanh(-x));
            Assert.Equal(-VectorMath.Erf(x), VectorMath.Erf(-x));
            Assert.InRange(VectorMath.Erf(x), -1f, 1f);
        }

        Assert.Equal(int.MinValue, BitConverter.SingleToInt32Bits(VectorMath.Tanh(-0f)));
        Assert.Equal(int.MinValue, BitConverter.SingleToInt32Bits(VectorMath.Erf(-0f)));
    }

    [Fact]
    public void ReductionsFoldHalves()
    {
        var x = s_numbers.AsSpan(100, 16);
        Assert.Equal(Folded(x[..16], (a, b) => a + b), VectorMath.Sum(Vector512.Create<float>(x)));
        Assert.Equal(Folded(x[..8], (a, b) => a + b), VectorMath.Sum(Vector256.Create<float>(x)));
        Assert.Equal(Folded(x[..4], (a, b) => a + b), VectorMath.Sum(Vector128.Create<float>(x)));
        Assert.Equal(x.ToArray().Max(), VectorMath.Max(Vector512.Create<float>(x)));
        Assert.Equal(x.ToArray().Min(), VectorMath.Min(Vector512.Create<float>(x)));
        Assert.Equal(x[..8].ToArray().Max(), VectorMath.Max(Vector256.Create<float>(x)));
        var integers = Vector512<int>.Indices + Vector512.Create(-3);
        Assert.Equal(72, VectorMath.Sum(integers));
        Assert.Equal(-3, VectorMath.Min(integers));
        Assert.Equal(4, VectorMath.Max(integers.GetLower()));
    }

    [Fact]
    public void BytesWidenAndNarrow()
    {
        var bytes = Enumerable.Range(0, 16).Select(i => (byte)(250 - 13 * i)).ToArray();
        fixed (byte* p = bytes)
        {
            var all = Vector128.Load(p);
            var (w512, w256, w128) = (
                VectorMath.WidenToInt512(all), VectorMath.WidenToInt256(VectorMath.LoadBytes8(p)),
                    VectorMath.WidenToInt128(VectorMath.LoadBytes4(p)));
            for (var i = 0; i < 16; i++)
            {
                Assert.Equal(bytes[i], w512[i]);
                if (i < 8)
                    Assert.Equal(bytes[i], w256[i]);
                if (i < 4)
                    Assert.Equal(bytes[i], w128[i]);
            }

            var wide = Vector512.Create(0x12345600) | w512;
            Assert.Equal(all, VectorMath.NarrowToBytes(wide));
            var back = stackalloc byte[16];
            new Span<byte>(back, 16).Clear();
            VectorMath.StoreBytes8(VectorMath.NarrowToBytes(wide.GetLower()), back);
            VectorMath.StoreBytes4(VectorMath.NarrowToBytes(wide.GetLower().GetLower()), back + 9);
            Assert.Equal(bytes[..8], new Span<byte>(back, 8).ToArray());
            Assert.Equal(0, back[8]);
            Assert.Equal(bytes[..4], new Span<byte>(back + 9, 4).ToArray());
            Assert.Equal(0, back[13]);
        }
    }

    private static float Folded(Span<float> lanes, Func<float, float, float> combine)
    {
        var folded = lanes.ToArray();
        for (var half = folded.Length / 2; half > 0; half /= 2)
        {
            for (var i = 0; i < half; i++)
                folded[i] = combine(folded[i], folded[i + half]);
        }

        return folded[0];
    }

    private static void Check(string function, float x, float actual)
    {
        var expected = function switch
        {
            "Exp" => Math.Exp(x),
            "Log" => Math.Log(x),
            "Sigmoid" => 1 / (1 + Math.Exp(-(double)x)),
            "Erf" => ReferenceEvaluator.Erf(x),
            _ => Math.Tanh(x),
        };
        // Results below the normal numbers may be flushed or rounded coarsely.
        var tolerance = 1e-6 * Math.Abs(expected) + 1.2e-38;
        var same = double.IsNaN(expected)
            ? float.IsNaN(actual)
            : (float)expected == actual || Math.Abs(expected - actual) <= tolerance;
        Assert.True(same, $"{function}({x:R}) is {actual:R}, not {expected:R}");
    }

    private static IEnumerable<float> Numbers()
    {
        var random = new Random(7);
        for (var i = 0; i < 20_000; i++)
            yield return (float)((random.NextDouble() * 2 - 1) * (i % 3 == 0 ? 1 : i % 3 == 1 ? 12 : 110));
        for (var exponent = -40; exponent < 40; exponent++)
        {
            yield return MathF.ScaleB(1, exponent);
            yield return -MathF.ScaleB(1.3f, exponent);
        }
    }
}
