namespace Gallery.Running;

/// <summary>What the command line asks for.</summary>
/// <param name="Data">The folder of data; null where none is given.</param>
/// <param name="Output">The folder that pages are written to.</param>
/// <param name="Quick">Whether runs are reduced ones.</param>
/// <param name="Seed">Decides on all that is drawn.</param>
/// <param name="Threads">Threads that share the work.</param>
internal sealed record GalleryOptions(string? Data, string Output, bool Quick, ulong Seed, int Threads);
