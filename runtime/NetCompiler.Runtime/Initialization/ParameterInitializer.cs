using NetCompiler.Runtime;

namespace NetCompiler;

/// <summary>
/// Sets parameters to what training begins from. Each has a random stream of its own, from the seed and its name, so that adding a
/// layer to a network leaves the others as they were.
/// </summary>
internal static class ParameterInitializer
{
    public static void Initialize(IReadOnlyList<ParameterInfo> parameters, Span<float> arena, ulong seed)
    {
        foreach (var parameter in parameters)
            Initialize(parameter, arena.Slice(parameter.Offset, parameter.Length), new RandomStream(seed, parameter.Name));
    }

    private static void Initialize(ParameterInfo parameter, Span<float> values, RandomStream random)
    {
        switch (parameter.Initializer)
        {
            case Initializer.Zeros:
                values.Clear();
                break;
            case Initializer.Ones:
                values.Fill(1);
                break;
            case Initializer.Constant:
                values.Fill(parameter.InitialValue);
                break;
            case Initializer.HeNormal:
                var deviation = Math.Sqrt(2.0 / Math.Max(parameter.FanIn, 1));
                foreach (ref var value in values)
                    value = (float)(random.NextNormal() * deviation);
                break;
            case Initializer.GlorotUniform:
                var limit = Math.Sqrt(6.0 / Math.Max(parameter.FanIn + parameter.FanOut, 1));
                foreach (ref var value in values)
                    value = (float)((2 * random.NextDouble() - 1) * limit);
                break;
            default:
                throw new ArgumentOutOfRangeException(
                    nameof(parameter),
                    $"Initialiser of {parameter.Name}: expected one of {nameof(Initializer)}, found {parameter.Initializer}.");
        }
    }
}
