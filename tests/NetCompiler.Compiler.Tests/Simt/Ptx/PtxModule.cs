using System.Globalization;
using System.Text.RegularExpressions;

namespace NetCompiler.Compiler.Tests.Simt.Ptx;

/// <summary>A module of PTX as text: nothing here assembles it, so its structure is checked as it is read.</summary>
/// <remarks>
/// Checked are: it is ASCII; every register is declared, once, and of the type that the instruction takes; labels exist; parameters are those of the
/// function; shared memory is no more than any device has; an access is aligned as its type wants it, where that can be seen.
/// </remarks>
internal sealed partial class PtxModule
{
    private PtxModule(IReadOnlyDictionary<string, PtxFunction> functions) => Functions = functions;

    /// <summary>The functions by name.</summary>
    public IReadOnlyDictionary<string, PtxFunction> Functions { get; }

    /// <summary>Reads a module.</summary>
    /// <exception cref="PtxException">It is none.</exception>
    public static PtxModule Parse(string text)
    {
        PtxException.Require(text.All(c => c < 128), "ASCII", new string([.. text.Where(c => c >= 128)]));
        var lines = text.Split('\n').Select(line => Comment().Replace(line, "").Trim()).ToList();
        PtxException.Require((lines[0], lines[1]) is (".version 6.0", ".target sm_70") or (".version 7.0", ".target sm_80")
            && lines[2] == ".address_size 64", "header", lines[0]);
        var hasTensorCores = lines[1] == ".target sm_80";
        var functions = new Dictionary<string, PtxFunction>();
        var i = 3;
        while (i < lines.Count)
        {
            if (lines[i].Length == 0)
            {
                i++;
                continue;
            }

            var entry = Entry().Match(lines[i]);
            PtxException.Require(entry.Success, "a function", lines[i]);
            var function = new PtxFunction(entry.Groups[1].Value, hasTensorCores);
            functions.Add(function.Name, function);
            for (i++; ; i++)
            {
                var parameter = Parameter().Match(lines[i]);
                PtxException.Require(parameter.Success, "a parameter", lines[i]);
                function.Parameters.Add((parameter.Groups[2].Value, parameter.Groups[1].Value));
                if (parameter.Groups[3].Value == ")")
                    break;
            }

            var threads = Threads().Match(lines[++i]);
            PtxException.Require(threads.Success, ".reqntid", lines[i]);
            function.Group = (Number(threads.Groups[1]), Number(threads.Groups[2]), Number(threads.Groups[3]));
            PtxException.Require(function.Group.X * function.Group.Y * function.Group.Z <= 1024, "1024 threads", lines[i]);
            PtxException.Require(lines[++i] == "{", "{", lines[i]);
            for (i++; lines[i] != "}"; i++)
            {
                if (lines[i].Length > 0)
                    function.Read(lines[i]);
            }

            i++;
            function.Finish();
        }

        return new PtxModule(functions);

        static int Number(Group group) => int.Parse(group.Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"\s*//.*")]
    private static partial Regex Comment();

    [GeneratedRegex(@"^\.visible \.entry (\w+)\($")]
    private static partial Regex Entry();

    [GeneratedRegex(@"^\.param \.(u64|u32|f32) (\w+)(,|\))$")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"^\.reqntid (\d+), (\d+), (\d+)$")]
    private static partial Regex Threads();
}

/// <summary>PTX that is wrong, or that does what no kernel may do.</summary>
internal sealed class PtxException(string message) : Exception(message)
{
    public static void Require(bool holds, string what, string where)
    {
        if (!holds)
            throw new PtxException($"Expected {what}: {where}");
    }
}
