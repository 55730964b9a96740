using System.Collections.Immutable;
using NetCompiler.Compiler.Diagnostics;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Ops.Losses;

namespace NetCompiler.Compiler.Language;

/// <summary>The loss of each sample: reads what the network computes and what that is held against.</summary>
public sealed class LossLayer : Layer
{
    /// <summary>The losses of the language, by their kind.</summary>
    public static ImmutableSortedDictionary<string, LossFunction> Functions { get; } = typeof(LossFunction).Assembly.GetTypes()
        .Where(type => !type.IsAbstract && typeof(LossFunction).IsAssignableFrom(type))
        .Select(type => (LossFunction)Activator.CreateInstance(type)!)
        .ToImmutableSortedDictionary(function => function.Kind, function => function, StringComparer.Ordinal);

    /// <inheritdoc/>
    /// <remarks>The kind, and what any of the losses takes.</remarks>
    public override Signature Signature { get; } = Signature.Of("Loss",
        [
            new SignatureParameter("Kind", ArgumentKind.Text),
            .. Functions.Values.SelectMany(function => function.Parameters).GroupBy(p => p.Name).Select(same => same.First())
                .OrderBy(p => p.Name, StringComparer.Ordinal),
        ]);

    /// <inheritdoc/>
    public override LayerRole Role => LayerRole.Loss;

    /// <summary>What the target of the builder's only input looks like.</summary>
    public static TensorType TargetType(LayerBuilder builder) => FunctionOf(builder).TargetType(builder, builder.Input);

    /// <summary>True where the builder's only input can be compared with a target.</summary>
    public static bool Accepts(LayerBuilder builder, TensorType target) => FunctionOf(builder).Accepts(builder, builder.Input, target);

    /// <inheritdoc/>
    /// <returns>The loss of each sample, shape (N).</returns>
    public override Value Build(LayerBuilder builder)
    {
        var function = FunctionOf(builder);
        foreach (var parameter in Signature.Parameters.Skip(1))
        {
            if (builder.IsGiven(parameter.Name) && !function.Parameters.Any(p => p.Name == parameter.Name))
                throw builder.Error(Rules.InvalidArgument, parameter.Name, builder.Label, parameter.Name, $"{function.Kind} does not take it");
        }

        return function.Build(builder, builder.Inputs[0], builder.Inputs[1]);
    }

    private static LossFunction FunctionOf(LayerBuilder builder)
    {
        var kind = builder.Text("Kind");
        return Functions.TryGetValue(kind, out var function) ? function : throw builder.Error(
            Rules.InvalidArgument, "Kind", builder.Label, "Kind", $"'{kind}' is none of {string.Join(", ", Functions.Keys)}");
    }
}
