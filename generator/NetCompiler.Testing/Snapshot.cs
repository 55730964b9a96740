using System.Runtime.CompilerServices;
using System.Text;

namespace NetCompiler.Testing;

/// <summary>
/// Holds texts against files beside the test, in Verify's convention: Class.Method.verified.txt is what is expected,
/// Class.Method.received.txt is written when something else came out, and is accepted by renaming it.
/// </summary>
/// <remarks>
/// Files are found by the path that the C# compiler records of the test. Where builds replace it (<c>ContinuousIntegrationBuild</c>), the
/// test project needs <c>&lt;DeterministicSourcePaths&gt;false&lt;/DeterministicSourcePaths&gt;</c>.
/// </remarks>
public static class Snapshot
{
    private const int LinesShown = 20;

    /// <summary>Fails, with the lines that differ, unless the text is that of the verified file.</summary>
    /// <param name="text">What came out.</param>
    /// <param name="suffix">Told apart from other snapshots of the same test by this.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <exception cref="SnapshotException">The text differs, or there is no verified file yet.</exception>
    public static void Verify(string text, string suffix = "", [CallerFilePath] string file = "", [CallerMemberName] string member = "")
    {
        ArgumentNullException.ThrowIfNull(text);
        var name = $"{Path.GetFileNameWithoutExtension(file)}.{member}{(suffix.Length == 0 ? "" : "." + suffix)}";
        var folder = Path.GetDirectoryName(file)!;
        var verified = Path.Combine(folder, name + ".verified.txt");
        var received = Path.Combine(folder, name + ".received.txt");
        var expected = File.Exists(verified) ? Normalise(File.ReadAllText(verified)) : null;
        var actual = Normalise(text);
        if (expected == actual)
        {
            File.Delete(received);
            return;
        }

        File.WriteAllText(received, actual);
        throw new SnapshotException(expected is null
            ? $"There is no {name}.verified.txt. The text is in {received}; rename it if it is right."
            : $"{name}.verified.txt differs from what came out ({received}):\n{Difference(expected, actual)}");
    }

    // Verify ends files without a line feed and writes a byte order mark.
    private static string Normalise(string text) => text.TrimStart('\uFEFF').Replace("\r\n", "\n").TrimEnd('\n');

    private static string Difference(string expected, string actual)
    {
        var (old, @new) = (expected.Split('\n'), actual.Split('\n'));
        var difference = new StringBuilder();
        var shown = 0;
        for (var i = 0; i < Math.Max(old.Length, @new.Length) && shown < LinesShown; i++)
        {
            var (a, b) = (i < old.Length ? old[i] : null, i < @new.Length ? @new[i] : null);
            if (a == b)
                continue;
            difference.Append("line ").Append(i + 1).Append('\n');
            if (a is not null)
                difference.Append("  - ").Append(a).Append('\n');
            if (b is not null)
                difference.Append("  + ").Append(b).Append('\n');
            shown++;
        }

        return difference.ToString();
    }
}
