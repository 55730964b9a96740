using System.Collections.Immutable;
using NetCompiler.Compiler.Diagnostics;
using NetCompiler.Compiler.Graphs;

namespace NetCompiler.Compiler.Language;

/// <summary>An argument as it was written down.</summary>
/// <param name="Name">The name of the constructor's parameter or of the property, "kernelHeight" or "Stride".</param>
/// <param name="Value">int, double, bool, string (also for members of enums), int[], double[] or null.</param>
public sealed record WrittenArgument(string Name, object? Value);

/// <summary>
/// Finds for each written argument the signature's parameter that it is meant for. The rule is the same for all layers: names
/// match whatever their first letter's case, and a pair "Stride" may also be written as an array "Strides", or as two numbers
/// "strideHeight" and "strideWidth".
/// </summary>
public static class ArgumentBinder
{
    /// <summary>The arguments by the signature's names; what cannot be used is reported and left out.</summary>
    /// <exception cref="InvalidOperationException">
    /// The signature has no such parameter: attribute and signature have drifted apart.
    /// </exception>
    public static Attributes Bind(
        Signature signature, int layer, IEnumerable<WrittenArgument> arguments, ICollection<NetworkDiagnostic> diagnostics)
    {
        var bound = Attributes.Empty;
        foreach (var argument in arguments)
        {
            var (name, kind) = Parameter(signature, argument.Name);
            var value = IsHalf(argument.Name, name) ? Half(bound, argument, name) : Convert(argument.Value, kind);
            if (value is null)
                Report(argument.Name, "it is null");
            else if (bound.Has(name) && !IsHalf(argument.Name, name))
                Report(argument.Name, $"{name} is given twice");
            else
                bound = bound.With(name, value);
        }

        return bound;

        void Report(string argument, string what) =>
            diagnostics.Add(new NetworkDiagnostic(Rules.InvalidArgument, layer, argument, [signature.Name, argument, what]));
    }

    /// <summary>True where a written name means the signature's parameter.</summary>
    public static bool Means(string written, string parameter) =>
        Same(written, parameter) || Same(written, parameter + "s") || IsHalf(written, parameter);

    private static (string Name, ArgumentKind Kind) Parameter(Signature signature, string written)
    {
        if (written == LayerSpec.NameArgument)
            return (written, ArgumentKind.Text);
        var parameter = signature.Parameters.FirstOrDefault(p => Same(written, p.Name))
            ?? signature.Parameters.FirstOrDefault(p => p.Kind == ArgumentKind.Pair && Means(written, p.Name))
            ?? throw new InvalidOperationException($"{signature.Name} has no parameter '{written}': expected one of "
                + string.Join(", ", signature.Parameters.Select(p => p.Name)) + ".");
        return (parameter.Name, parameter.Kind);
    }

    private static bool IsHalf(string written, string parameter) =>
        Same(written, parameter + "Height") || Same(written, parameter + "Width");

    private static bool Same(string written, string name) =>
        written.Length == name.Length && char.ToUpperInvariant(written[0]) == name[0]
        && string.CompareOrdinal(written, 1, name, 1, name.Length - 1) == 0;

    // The height comes first, as constructors have it; the width is put behind it.
    private static object? Half(Attributes bound, WrittenArgument argument, string name) => argument.Value switch
    {
        int value when bound.Has(name) => bound.Ints(name).Add(value),
        int value => ImmutableArray.Create(value),
        _ => null,
    };

    private static object? Convert(object? value, ArgumentKind kind) => (kind, value) switch
    {
        (ArgumentKind.Pair, int both) => ImmutableArray.Create(both),
        (ArgumentKind.Pair, int[] pair) => ImmutableArray.Create(pair),
        (ArgumentKind.Ints, int number) => ImmutableArray.Create(number),
        (ArgumentKind.Ints, int[] numbers) => ImmutableArray.Create(numbers),
        (ArgumentKind.Numbers, double number) => ImmutableArray.Create(number),
        (ArgumentKind.Numbers, double[] numbers) => ImmutableArray.Create(numbers),
        (_, null) => null,
        (ArgumentKind.Int, int) or (ArgumentKind.Double, double) or (ArgumentKind.Bool, bool) or (ArgumentKind.Text, string) => value,
        (ArgumentKind.Double, int number) => (double)number,
        _ => throw new InvalidOperationException($"An argument that is {kind} cannot be a {value.GetType().Name}."),
    };
}
