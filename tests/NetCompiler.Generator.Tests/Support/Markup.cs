using Microsoft.CodeAnalysis.Text;

namespace NetCompiler.Generator.Tests.Support;

/// <summary>A source in which « and » mark the place where a diagnostic is expected.</summary>
public sealed class Markup
{
    public Markup(string marked)
    {
        var (begin, end) = (marked.IndexOf('«'), marked.IndexOf('»'));
        Source = marked.Replace("«", "").Replace("»", "");
        Span = SourceText.From(Source).Lines.GetLinePositionSpan(TextSpan.FromBounds(begin, end - 1));
    }

    public string Source { get; }

    public LinePositionSpan Span { get; }
}
