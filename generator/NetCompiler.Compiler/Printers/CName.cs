using System.Text;

namespace NetCompiler.Compiler.Printers;

/// <summary>Names of C functions and types for a network.</summary>
public static class CName
{
    /// <summary>
    /// A class's name as C writes it: "digit_net" for DigitNet, "le_net5" for LeNet5, "http_net" for HTTPNet. Null where the name has
    /// characters beyond ASCII, which linkers do not agree on.
    /// </summary>
    public static string? Of(string name)
    {
        var text = new StringBuilder();
        for (var i = 0; i < name.Length; i++)
        {
            var c = name[i];
            if (c > 127)
                return null;
            var beginsWord = i > 0 && char.IsUpper(c)
                && (char.IsLower(name[i - 1]) || char.IsDigit(name[i - 1])
                    || (char.IsUpper(name[i - 1]) && i + 1 < name.Length && char.IsLower(name[i + 1])));
            if (beginsWord)
                text.Append('_');
            text.Append(char.ToLowerInvariant(c));
        }

        return text.ToString();
    }
}
