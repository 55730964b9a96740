using System.IO.Compression;
using System.Reflection;
using System.Xml.Linq;

namespace NetCompiler.Packaging.Tests;

/// <summary>
/// The packages in a folder of their own, and a place for projects that use them: with that folder as a source beside the ones that the
/// machine is set up for, and with an empty cache, so that nothing but the packed files can be found.
/// </summary>
public sealed class PackedFiles : IDisposable
{
    private static readonly string[] s_projects =
    [
        "runtime/NetCompiler.Runtime", "runtime/NetCompiler.Training", "generator/NetCompiler.Testing", "templates",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("netcompiler-packages-").FullName;
    private readonly Lazy<string> _packages;

    public PackedFiles()
    {
        _packages = new Lazy<string>(Pack);
        // For what this process starts; it would win over the file below.
        Environment.SetEnvironmentVariable("NUGET_PACKAGES", Path.Combine(_folder, "cache"));
        File.WriteAllText(Path.Combine(_folder, "nuget.config"), $"""
            <configuration>
              <packageSources>
                <add key="packed" value="{Path.Combine(_folder, "packages")}" />
              </packageSources>
            </configuration>
            """);
    }

    /// <summary>The folder with the packages.</summary>
    public string Packages => _packages.Value;

    /// <summary>An empty folder for a project.</summary>
    public string CreateFolder(string name) => Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;

    /// <summary>Runs dotnet in a folder.</summary>
    public Tool.Outcome Dotnet(string folder, params string[] arguments)
    {
        _ = Packages;
        return Tool.RunIn(folder, "dotnet", arguments);
    }

    /// <summary>Runs "dotnet new" with templates of its own, which are not the user's.</summary>
    public Tool.Outcome New(string folder, params string[] arguments) =>
        Dotnet(folder, ["new", .. arguments, "--debug:custom-hive", Path.Combine(_folder, "templates")]);

    /// <summary>The names of a package's files.</summary>
    public IReadOnlyList<string> Files(string id)
    {
        using var archive = Open(id);
        return [.. archive.Entries.Select(entry => entry.FullName)];
    }

    /// <summary>A package's file that says what it is, without namespaces.</summary>
    public XElement Description(string id)
    {
        using var archive = Open(id);
        using var stream = archive.GetEntry(id + ".nuspec")!.Open();
        var root = XDocument.Load(stream).Root!;
        foreach (var element in root.DescendantsAndSelf())
            element.Name = element.Name.LocalName;
        return root.Element("metadata")!;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Metadata(string key) =>
        typeof(PackedFiles).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;

    private ZipArchive Open(string id) => ZipFile.OpenRead(
        Directory.GetFiles(Packages, id + ".*.nupkg").Single(path => char.IsDigit(Path.GetFileName(path)[id.Length + 1])));

    private string Pack()
    {
        var packages = Path.Combine(_folder, "packages");
        foreach (var project in s_projects)
        {
            var outcome = Tool.Run(
                "dotnet", "pack", Path.Combine(Metadata("RepositoryRoot"), project), "-c", Metadata("Configuration"), "--no-build",
                "-o", packages, "-v", "q", "-warnaserror");
            Assert.True(outcome.Code == 0, outcome.Output + outcome.Error);
        }

        return packages;
    }
}
