using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NetCompiler.UpdateRules;

namespace NetCompiler.Training;

/// <summary>Does the steps of an <see cref="IUpdateRule"/> on the processor.</summary>
internal static unsafe class UpdateLoop
{
    private const float MinNormal = 1.17549435e-38f;
    private const int MaxScalars = 16;

    /// <summary>Moves a range of parameters.</summary>
    /// <param name="optimizer">Whose numbers the step has.</param>
    /// <param name="parameters">The parameters, changed in place.</param>
    /// <param name="gradients">The gradients of the loss, as many as there are parameters.</param>
    /// <param name="slots">What is remembered of these parameters, changed in place.</param>
    /// <param name="learningRate">The learning rate of this step.</param>
    /// <param name="step">The number of this step, counted from 1.</param>
    /// <typeparam name="TRule">The rule, for which this is compiled by itself.</typeparam>
    public static void Run<TRule>(
        IRuleOptimizer optimizer, Span<float> parameters, ReadOnlySpan<float> gradients, OptimizerSlots slots, float learningRate, long step)
        where TRule : struct, IUpdateRule
    {
        Ranges.ThrowUnlessSameLength(parameters, gradients);
        ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
        var rule = default(TRule);
        if (step == 1)
        {
            for (var slot = 0; slot < rule.Slots; slot++)
                slots[slot].Fill(optimizer.SlotStart);
        }

        var scalars = stackalloc float[MaxScalars];
        optimizer.WriteScalars(new Span<float>(scalars, rule.Scalars), learningRate, step);
        Run(
            rule, scalars, parameters, gradients, rule.Slots > 0 ? slots[0] : default, rule.Slots > 1 ? slots[1] : default,
            rule.Slots > 2 ? slots[2] : default);
    }

    private static void Run<TRule>(
        TRule rule, float* scalars, Span<float> parameters, ReadOnlySpan<float> gradients, Span<float> first, Span<float> second,
        Span<float> third)
        where TRule : struct, IUpdateRule
    {
        var ps = MemoryMarshal.Cast<float, Vector<float>>(parameters);
        var gs = MemoryMarshal.Cast<float, Vector<float>>(gradients);
        var fs = MemoryMarshal.Cast<float, Vector<float>>(first);
        var ss = MemoryMarshal.Cast<float, Vector<float>>(second);
        var ts = MemoryMarshal.Cast<float, Vector<float>>(third);
        var vectors = new Vectors(scalars);
        for (var i = 0; i < ps.Length; i++)
        {
            Number<Vector<float>, Vectors> f = default, s = default, t = default;
            if (rule.Slots > 0)
                f = fs[i];
            if (rule.Slots > 1)
                s = ss[i];
            if (rule.Slots > 2)
                t = ts[i];
            ps[i] = rule.Move(vectors, ps[i], gs[i], ref f, ref s, ref t).Value;
            if (rule.Slots > 0)
                fs[i] = f.Value;
            if (rule.Slots > 1)
                ss[i] = s.Value;
            if (rule.Slots > 2)
                ts[i] = t.Value;
        }

        var singles = new Singles(scalars);
        for (var i = ps.Length * Vector<float>.Count; i < parameters.Length; i++)
        {
            Number<float, Singles> f = default, s = default, t = default;
            if (rule.Slots > 0)
                f = first[i];
            if (rule.Slots > 1)
                s = second[i];
            if (rule.Slots > 2)
                t = third[i];
            parameters[i] = rule.Move(singles, parameters[i], gradients[i], ref f, ref s, ref t).Value;
            if (rule.Slots > 0)
                first[i] = f.Value;
            if (rule.Slots > 1)
                second[i] = s.Value;
            if (rule.Slots > 2)
                third[i] = t.Value;
        }
    }

    /// <summary>As many parameters at a time as a vector holds.</summary>
    private readonly struct Vectors(float* scalars) : IUpdateArithmetic<Vector<float>>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector<float> Scalar(int index) => new(scalars[index]);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector<float> Constant(float value) => new(value);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector<float> Keep(string name, Vector<float> value) => value;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector<float> Add(Vector<float> left, Vector<float> right) => left + right;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector<float> Subtract(Vector<float> left, Vector<float> right) => left - right;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector<float> Multiply(Vector<float> left, Vector<float> right) => left * right;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector<float> Divide(Vector<float> left, Vector<float> right) => left / right;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector<float> Max(Vector<float> left, Vector<float> right) => Vector.Max(left, right);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector<float> SquareRoot(Vector<float> operand) => Vector.SquareRoot(operand);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector<float> Flush(string name, Vector<float> value) => Vector.ConditionalSelect(
            Vector.LessThan(Vector.Abs(value), new Vector<float>(MinNormal)), Vector<float>.Zero, value);
    }

    /// <summary>One parameter at a time.</summary>
    private readonly struct Singles(float* scalars) : IUpdateArithmetic<float>
    {
        public float Scalar(int index) => scalars[index];

        public float Constant(float value) => value;

        public float Keep(string name, float value) => value;

        public float Add(float left, float right) => left + right;

        public float Subtract(float left, float right) => left - right;

        public float Multiply(float left, float right) => left * right;

        public float Divide(float left, float right) => left / right;

        public float Max(float left, float right) => MathF.Max(left, right);

        public float SquareRoot(float operand) => MathF.Sqrt(operand);

        public float Flush(string name, float value) => MathF.Abs(value) < MinNormal ? 0f : value;
    }
}
