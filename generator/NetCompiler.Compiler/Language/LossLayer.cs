using System.Collections.Immutable;
using NetCompiler.Compiler.Diagnostics;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Ops.Losses;

namespace NetCompiler.Compiler.Language;

/// <summary>What training minimises: adds the input "target" and the loss of each sample.</summary>
public sealed class LossLayer : Layer
{
    /// <summary>The losses of the language, by their kind.</summary>
    public static ImmutableSortedDictionary<string, LossFunction> Functions { get; } = typeof(LossFunction).Assembly.GetTypes()
        .Where(type => !type.IsAbstract && typeof(LossFunction).IsAssignableFrom(type))
        .Select(type => (LossFunction)Activator.CreateInstance(type)!)
        .ToImmutableSortedDictionary(function => function.Kind, function => function, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("Loss", new SignatureParameter("Kind", ArgumentKind.Text));

    /// <inheritdoc/>
    public override LayerRole Role => LayerRole.Loss;

    /// <inheritdoc/>
    /// <returns>The loss of each sample, shape (N). Its producer's second input is the target.</returns>
    public override Value Build(LayerBuilder builder)
    {
        var input = builder.Input;
        var kind = builder.Text("Kind");
        if (!Functions.TryGetValue(kind, out var function))
        {
            throw builder.Error(Rules.InvalidArgument, "Kind", builder.Label, "Kind",
                $"'{kind}' is none of {string.Join(", ", Functions.Keys)}");
        }

        var target = builder.Graph.AddInput("target", function.TargetType(builder, input));
        return function.Build(builder, input, target);
    }
}
