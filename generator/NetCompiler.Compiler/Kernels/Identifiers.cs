using System.Text;

namespace NetCompiler.Compiler.Kernels;

/// <summary>Makes identifiers of emitted code from names of values and layers.</summary>
public static class Identifiers
{
    /// <summary>A local variable or parameter: "conv1.weight_gradient" becomes conv1WeightGradient.</summary>
    public static string Local(string name)
    {
        var text = Join(name);
        return char.IsDigit(text[0]) ? "v" + text : char.ToLowerInvariant(text[0]) + text.Substring(1);
    }

    /// <summary>A method: "conv1.weight_gradient" becomes Conv1WeightGradient.</summary>
    public static string Kernel(string name)
    {
        var text = Join(name);
        return char.IsDigit(text[0]) ? "K" + text : char.ToUpperInvariant(text[0]) + text.Substring(1);
    }

    private static string Join(string name)
    {
        var text = new StringBuilder(name.Length);
        var upper = false;
        foreach (var c in name)
        {
            if (char.IsLetterOrDigit(c))
            {
                text.Append(upper ? char.ToUpperInvariant(c) : c);
                upper = false;
            }
            else
            {
                upper = text.Length > 0;
            }
        }

        return text.Length == 0 ? "value" : text.ToString();
    }
}
