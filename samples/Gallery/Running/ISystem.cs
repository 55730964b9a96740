namespace Gallery.Running;

/// <summary>
/// A system of the course: networks, run on data, with figures and a page that shows what they do. Those of this assembly are found by
/// this interface.
/// </summary>
internal interface ISystem
{
    /// <summary>Its place in the gallery, from 1.</summary>
    int Number { get; }

    /// <summary>Its command.</summary>
    string Name { get; }

    /// <summary>What it is called.</summary>
    string Title { get; }

    /// <summary>What it shows, in a sentence or two.</summary>
    string Shows { get; }

    /// <summary>Runs it.</summary>
    /// <param name="context">Data, seed, and how large the run is.</param>
    SystemResult Run(SystemContext context);
}
