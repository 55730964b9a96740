using Microsoft.CodeAnalysis;

namespace NetCompiler.Generator.Evaluation;

/// <summary>Something that cannot be evaluated while a network is compiled.</summary>
/// <param name="site">What it is.</param>
/// <param name="reason">Why, as the end of a sentence.</param>
internal sealed class EvaluationException(SyntaxNode site, string reason) : Exception(reason)
{
    /// <summary>What cannot be evaluated.</summary>
    public SyntaxNode Site { get; } = site;
}
