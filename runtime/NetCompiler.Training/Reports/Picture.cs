using NetCompiler.Imaging;

namespace NetCompiler.Training.Reports;

/// <summary>An image with what is said of it.</summary>
/// <param name="Image">The image.</param>
/// <param name="Alternative">What is said to those who do not see it.</param>
public sealed record Picture(Image Image, string Alternative)
{
    /// <summary>How many pixels of the screen a pixel is wide and high.</summary>
    public int Scale { get; init; } = 1;

    /// <summary>Words below; null for none.</summary>
    public string? Caption { get; init; }

    /// <summary>Fainter words below those; null for none.</summary>
    public string? Detail { get; init; }

    internal void WriteTo(HtmlWriter writer) => writer.Empty(
        "img",
        ("class", "pixels"),
        ("alt", Alternative),
        ("title", Alternative),
        ("width", HtmlWriter.Number((double)Image.Width * Scale)),
        ("height", HtmlWriter.Number((double)Image.Height * Scale)),
        ("src", "data:image/png;base64," + Convert.ToBase64String(Image.ToPng())));
}
