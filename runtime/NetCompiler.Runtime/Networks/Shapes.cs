using System.Globalization;
using System.Text;

namespace NetCompiler;

/// <summary>How shapes are written.</summary>
internal static class Shapes
{
    /// <summary>(25, 3, 3); (100) for one axis; () for a scalar.</summary>
    public static string ToText<T>(IReadOnlyList<T> shape)
        where T : IFormattable
    {
        var text = new StringBuilder("(");
        for (var i = 0; i < shape.Count; i++)
            text.Append(i == 0 ? "" : ", ").Append(shape[i].ToString(null, CultureInfo.InvariantCulture));
        return text.Append(')').ToString();
    }
}
