using System.Text.Json;
using NetCompiler;

namespace Gallery.Running;

/// <summary>What figures have to be: <c>expected.json</c>, an object for each system, in it one for each figure.</summary>
internal sealed class Expectations
{
    private readonly Dictionary<string, IReadOnlyList<Expectation>> _systems;

    private Expectations(Dictionary<string, IReadOnlyList<Expectation>> systems) => _systems = systems;

    /// <summary>What the figures of a system have to be; none where the file says nothing of it.</summary>
    /// <param name="system">The system's name.</param>
    public IReadOnlyList<Expectation> Of(string system) => _systems.GetValueOrDefault(system, []);

    /// <summary>Reads the file that lies beside the program.</summary>
    /// <exception cref="MalformedFileException">The file is damaged.</exception>
    public static Expectations Load() => Load(Path.Combine(AppContext.BaseDirectory, "expected.json"));

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="MalformedFileException">The file is damaged.</exception>
    public static Expectations Load(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            var systems = new Dictionary<string, IReadOnlyList<Expectation>>();
            foreach (var system in document.RootElement.EnumerateObject())
                systems.Add(system.Name, [.. system.Value.EnumerateObject().Select(figure => Read(path, system.Name, figure))]);
            return new Expectations(systems);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new MalformedFileException(path, "JSON", "an object of systems, each an object of figures", e.Message, e);
        }
    }

    private static Expectation Read(string path, string system, JsonProperty figure)
    {
        var bound = figure.Value.EnumerateObject().Single();
        return bound.Name switch
        {
            "atLeast" => new Expectation(figure.Name, bound.Value.GetDouble(), IsLeast: true),
            "atMost" => new Expectation(figure.Name, bound.Value.GetDouble(), IsLeast: false),
            _ => throw new MalformedFileException(path, $"{system}, {figure.Name}", "atLeast or atMost", bound.Name),
        };
    }
}
