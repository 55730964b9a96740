namespace NetCompiler.Compiler.Printers;

/// <summary>
/// Functions of one number that a device has no instruction for, or only a coarse one: within a few units in the last place, as
/// VectorMath has them for processors. NaN stays NaN.
/// </summary>
internal sealed class PtxFunctions(PtxInstructions code)
{
    /// <summary>eˣ = 2ⁿ · 2^(r · log₂ e), |r| ≤ ln 2 / 2: the instruction for powers of two is precise for such small exponents.</summary>
    public string Exp(string x, string? result)
    {
        // Beyond the limits it is infinity or 0 all the same; the comparison is false for NaN.
        x = Select("gt", x, 89f, 89f, Select("lt", x, -104f, -104f, x));
        var n = Compute("cvt.rni.f32.f32", Compute("mul.rn.f32", x, Single(1.44269504f)));
        var r = Fma(n, Single(-0.693145752f), x);
        r = Fma(n, Single(-1.42860677e-6f), r);
        var power = Compute("ex2.approx.f32", Compute("mul.rn.f32", r, Single(1.44269504f)));
        // In two factors, as 2ⁿ itself may be no normal number.
        var half = Compute("cvt.rmi.f32.f32", Compute("mul.rn.f32", n, Single(0.5f)));
        power = Compute("mul.rn.f32", power, Compute("ex2.approx.f32", half));
        return code.Compute("mul.rn.f32", "f32", result, power, Compute("ex2.approx.f32", Compute("sub.rn.f32", n, half)));
    }

    /// <summary>ln x = e · ln 2 + ln m, m in [2/3, 4/3); where x is no positive finite number what the instruction says.</summary>
    public string Log(string x, string? result)
    {
        var isSmall = Test("lt", x, 1.17549435e-38f);
        var normal = code.Compute("selp.f32", "f32", null, Compute("mul.rn.f32", x, Single(8388608f)), x, isSmall);
        var bits = code.Compute("mov.b32", "b32", null, normal);
        var exponent = code.Compute("and.b32", "b32", null, code.Compute("sub.s32", "b32", null, bits, "0x3f2aaaab"), "0xff800000");
        var mantissa = code.Compute("mov.b32", "f32", null, code.Compute("sub.s32", "b32", null, bits, exponent));
        var e = Fma(code.Compute("cvt.rn.f32.s32", "f32", null, exponent), Single(1.1920929e-7f),
            code.Compute("selp.f32", "f32", null, Single(-23f), Single(0f), isSmall));
        var f = Compute("add.rn.f32", mantissa, Single(-1f));
        var s = Compute("mul.rn.f32", f, f);
        var p = Fma(Fma(Single(-0.130310059f), f, Single(0.140869141f)), f, Single(-0.121483512f));
        p = Fma(Fma(Fma(Fma(Fma(p, f, Single(0.139814854f)), f, Single(-0.166846126f)), f, Single(0.200120345f)), f,
            Single(-0.249996200f)), f, Single(0.333331972f));
        p = Fma(p, f, Single(-0.5f));
        var log = Fma(e, Single(0.693147182f), Fma(p, s, f));
        var isPlain = Test("gt", x, 0);
        var isFinite = Test("lt", x, float.PositiveInfinity);
        isPlain = code.Compute("and.pred", "pred", null, isPlain, isFinite);
        return code.Compute("selp.f32", "f32", result, log, Compute("lg2.approx.f32", x), isPlain);
    }

    /// <summary>1 / (1 + e⁻ˣ), by a power that cannot overflow.</summary>
    public string Sigmoid(string x, string? result)
    {
        var e = Exp(Compute("neg.f32", Compute("abs.f32", x)), null);
        return code.Compute("div.rn.f32", "f32", result, Select("lt", x, 0, e, Single(1)), Compute("add.rn.f32", e, Single(1)));
    }

    /// <summary>tanh: an odd polynomial near 0, 1 − 2 / (e²ˣ + 1) elsewhere.</summary>
    public string Tanh(string x, string? result)
    {
        var magnitude = Compute("abs.f32", x);
        var e = Exp(Compute("add.rn.f32", magnitude, magnitude), null);
        var far = Compute("sub.rn.f32", Single(1), Compute("div.rn.f32", Single(2), Compute("add.rn.f32", e, Single(1))));
        var square = Compute("mul.rn.f32", x, x);
        var p = Polynomial(square, -5.70498872745e-3f, 2.06390887954e-2f, -5.37397155531e-2f, 1.33314422036e-1f, -3.33332819422e-1f);
        var near = Fma(Compute("mul.rn.f32", p, square), x, x);
        return code.Compute("selp.f32", "f32", result, Compute("copysign.f32", x, far), near, Test("gt", magnitude, 0.625f));
    }

    /// <summary>erf: a quotient of polynomials in x².</summary>
    public string Erf(string x, string? result)
    {
        x = Select("gt", x, 3.8325069f, 3.8325069f, Select("lt", x, -3.8325069f, -3.8325069f, x));
        var square = Compute("mul.rn.f32", x, x);
        var p = Polynomial(square, 2.2905065861350646e-4f, 3.4082910107109506e-3f, 5.0955695062380861e-2f, 1.8520832239976145e-1f,
            1.128379143519084f);
        var q = Polynomial(square, -1.1791602954361697e-7f, 2.3547966471313185e-5f, 1.0179625278914885e-3f, 1.4070470171167667e-2f,
            1.1098505178285362e-1f, 4.9746925110067538e-1f, 1f);
        return code.Compute("div.rn.f32", "f32", result, Compute("mul.rn.f32", x, p), q);
    }

    private string Polynomial(string x, params float[] coefficients)
    {
        var sum = Single(coefficients[0]);
        foreach (var coefficient in coefficients.Skip(1))
            sum = Fma(sum, x, Single(coefficient));
        return sum;
    }

    private string Select(string comparison, string x, float limit, float then, string otherwise) =>
        Select(comparison, x, limit, Single(then), otherwise);

    private string Select(string comparison, string x, float limit, string then, string otherwise) =>
        code.Compute("selp.f32", "f32", null, then, otherwise, Test(comparison, x, limit));

    private string Test(string comparison, string x, float limit) =>
        code.Compute($"setp.{comparison}.f32", "pred", null, x, Single(limit));

    private string Fma(string a, string b, string c) => Compute("fma.rn.f32", a, b, c);

    private string Compute(string instruction, params string[] operands) => code.Compute(instruction, "f32", null, operands);

    private static string Single(float value) => PtxInstructions.Single(value);
}
