using System.Globalization;
using System.Text;

namespace NetCompiler;

/// <summary>How shapes are written and compared.</summary>
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

    /// <summary>Whether two shapes have the same extents.</summary>
    public static bool AreEqual(IReadOnlyList<int> one, IReadOnlyList<int> other)
    {
        var isEqual = one.Count == other.Count;
        for (var i = 0; isEqual && i < one.Count; i++)
            isEqual = one[i] == other[i];
        return isEqual;
    }
}
