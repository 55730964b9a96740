using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace NetCompiler.Generator.Evaluation;

/// <summary>Who takes the calls of layers that an evaluation meets.</summary>
internal interface ILayerCalls
{
    /// <summary>A call of one of the language's functions.</summary>
    /// <param name="call">The call.</param>
    /// <param name="arguments">What was written for its parameters; those that were left out are not among them.</param>
    /// <returns>Its result.</returns>
    object? Layer(IInvocationOperation call, IReadOnlyList<(IParameterSymbol Parameter, object? Value, SyntaxNode Syntax)> arguments);

    /// <summary>An operator between tensors, or between a tensor and a number.</summary>
    /// <param name="kind">+, −, ·, /, or a comparison.</param>
    /// <param name="left">A tensor or a number.</param>
    /// <param name="right">A tensor or a number.</param>
    /// <param name="site">The expression.</param>
    TensorReference Operator(BinaryOperatorKind kind, object? left, object? right, SyntaxNode site);

    /// <summary>Runs what is a block with a name of its own for the layers within.</summary>
    /// <param name="method">The method that was called.</param>
    /// <param name="call">The call.</param>
    /// <param name="arguments">One for each parameter.</param>
    /// <param name="evaluate">Evaluates the method.</param>
    object? Block(IMethodSymbol method, IInvocationOperation call, IReadOnlyList<object?> arguments, Func<object?> evaluate);
}
