using System.Runtime.CompilerServices;

namespace NetCompiler.Runtime.Tests.Support;

/// <summary>
/// Compares a text with a file, by Verify's convention: Name.verified.txt is expected, Name.received.txt is written where it differs.
/// </summary>
internal static class Snapshot
{
    public static void Match(string text, [CallerFilePath] string source = "", [CallerMemberName] string test = "")
    {
        var stem = Path.Combine(Path.GetDirectoryName(source)!, $"{Path.GetFileNameWithoutExtension(source)}.{test}");
        var verified = stem + ".verified.txt";
        var received = stem + ".received.txt";
        var expected = File.Exists(verified) ? File.ReadAllText(verified).ReplaceLineEndings("\n") : null;
        if (expected != text)
        {
            File.WriteAllText(received, text);
            Assert.Fail($"{received} differs from {verified}:\n{text}");
        }

        File.Delete(received);
    }
}
