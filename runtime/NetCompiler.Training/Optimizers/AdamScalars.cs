using NetCompiler.UpdateRules;

namespace NetCompiler.Training;

/// <summary>The numbers of <see cref="AdamRule"/> that do not depend on what is done about weight decay.</summary>
internal static class AdamScalars
{
    /// <summary>Makes sure of the constants.</summary>
    public static void Check(float beta1, float beta2, float epsilon)
    {
        Ranges.ThrowUnlessFraction(beta1);
        Ranges.ThrowUnlessFraction(beta2);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(epsilon);
    }

    /// <summary>Writes them.</summary>
    public static void Write(Span<float> scalars, float beta1, float beta2, float epsilon, float learningRate, long step)
    {
        scalars[AdamRule.Rate] = (float)(learningRate / (1.0 - Math.Pow(beta1, step)));
        scalars[AdamRule.Correction] = (float)(1.0 / Math.Sqrt(1.0 - Math.Pow(beta2, step)));
        (scalars[AdamRule.Beta1], scalars[AdamRule.Rest1]) = (beta1, 1f - beta1);
        (scalars[AdamRule.Beta2], scalars[AdamRule.Rest2]) = (beta2, 1f - beta2);
        scalars[AdamRule.Epsilon] = epsilon;
    }
}
