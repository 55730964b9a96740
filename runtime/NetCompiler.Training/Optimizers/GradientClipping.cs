using System.Numerics;
using System.Runtime.InteropServices;

namespace NetCompiler.Training;

/// <summary>The usual ways to clip gradients, as <c>torch.nn.utils</c> defines them.</summary>
public static class GradientClipping
{
    /// <summary>
    /// Scales all gradients by one factor where their norm, that of all parameters' gradients as one vector, is too large:
    /// g ← g · min(1, max / (‖g‖ + 10⁻⁶)) (PyTorch's clip_grad_norm_, Keras' global_clipnorm).
    /// </summary>
    /// <param name="maxNorm">The largest norm, more than 0.</param>
    public static IGradientClipping ByNorm(float maxNorm)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxNorm);
        return new NormClipping(maxNorm);
    }

    /// <summary>Clamps each gradient to −max … max (PyTorch's clip_grad_value_, Keras' clipvalue).</summary>
    /// <param name="maxValue">The largest magnitude, more than 0.</param>
    public static IGradientClipping ByValue(float maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxValue);
        return new ValueClipping(maxValue);
    }

    private sealed record NormClipping(float MaxNorm) : IElementwiseClipping
    {
        private const double Epsilon = 1e-6;

        public (float Scale, float Limit) Of(double norm) =>
            ((float)(MaxNorm / (norm + Epsilon)) is < 1f and var factor ? factor : 1f, float.PositiveInfinity);

        public void Clip(Span<float> gradients, double norm)
        {
            var (factor, _) = Of(norm);
            if (factor == 1f)
                return;
            var vectors = MemoryMarshal.Cast<float, Vector<float>>(gradients);
            foreach (ref var vector in vectors)
                vector *= factor;
            foreach (ref var gradient in gradients[(vectors.Length * Vector<float>.Count)..])
                gradient *= factor;
        }
    }

    private sealed record ValueClipping(float MaxValue) : IElementwiseClipping
    {
        public (float Scale, float Limit) Of(double norm) => (1f, MaxValue);

        public void Clip(Span<float> gradients, double norm)
        {
            var (smallest, largest) = (new Vector<float>(-MaxValue), new Vector<float>(MaxValue));
            var vectors = MemoryMarshal.Cast<float, Vector<float>>(gradients);
            foreach (ref var vector in vectors)
                vector = Vector.Min(Vector.Max(vector, smallest), largest);
            foreach (ref var gradient in gradients[(vectors.Length * Vector<float>.Count)..])
                gradient = Math.Clamp(gradient, -MaxValue, MaxValue);
        }
    }
}
