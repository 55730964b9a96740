using System.Text;

namespace NetCompiler.Compiler.Printers;

/// <summary>Collects lines of source text, indented by a tab a level, with line feeds between them on every system.</summary>
public sealed class IndentedWriter
{
    private const int Spaces = 4;

    private readonly StringBuilder _text = new();
    private int _level;

    /// <summary>A writer whose lines begin at a level of indentation.</summary>
    public IndentedWriter(int level = 0) => _level = level;

    /// <summary>Adds a line; a text of several lines is indented line by line. Four spaces that it begins with are a level.</summary>
    public IndentedWriter Line(string text)
    {
        foreach (var line in text.Split('\n'))
        {
            var content = line.TrimEnd();
            if (content.Length > 0)
            {
                // A third of the text of deep loops would be spaces.
                var levels = (content.Length - content.TrimStart(' ').Length) / Spaces;
                _text.Append('\t', _level + levels).Append(content, Spaces * levels, content.Length - Spaces * levels);
            }

            _text.Append('\n');
        }

        return this;
    }

    /// <summary>Adds an empty line.</summary>
    public IndentedWriter Line()
    {
        _text.Append('\n');
        return this;
    }

    /// <summary>Adds an opening brace and indents what follows.</summary>
    public IndentedWriter Open()
    {
        Line("{");
        _level++;
        return this;
    }

    /// <summary>Ends what <see cref="Open"/> began with a closing brace and, after it, <paramref name="suffix"/>.</summary>
    public IndentedWriter Close(string suffix = "")
    {
        _level--;
        return Line("}" + suffix);
    }

    /// <summary>What was written.</summary>
    public override string ToString() => _text.ToString();
}
