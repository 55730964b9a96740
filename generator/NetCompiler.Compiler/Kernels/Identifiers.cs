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

    /// <summary>
    /// A local variable or parameter of a kernel that many layers may share: what the value is, without the layer that it belongs to.
    /// "residual1_conv1.weight_gradient.sums" becomes sums, "residual1_conv1" becomes conv1.
    /// </summary>
    public static string Role(string name)
    {
        var role = name.Substring(name.LastIndexOf('.') + 1);
        // The block that a layer stands in, "residual1_", ends with its number.
        for (var end = role.IndexOf('_'); end > 0 && char.IsDigit(role[end - 1]); end = role.IndexOf('_'))
            role = role.Substring(end + 1);
        // One letter is what counters are called.
        return role.Length < 2 ? Local(name) : Local(role);
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
