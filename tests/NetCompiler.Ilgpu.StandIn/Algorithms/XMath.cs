namespace ILGPU.Algorithms;

/// <summary>Functions of ILGPU.Algorithms 1.5.3 that emitted code calls.</summary>
public static class XMath
{
    public static float Exp(float value) => MathF.Exp(value);

    public static float Log(float value) => MathF.Log(value);

    public static float Tanh(float value) => MathF.Tanh(value);
}
