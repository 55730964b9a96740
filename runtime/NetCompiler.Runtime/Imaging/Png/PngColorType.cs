namespace NetCompiler.Imaging;

/// <summary>The colour types of PNG (PNG, 11.2.2).</summary>
internal enum PngColorType : byte
{
    Gray = 0,
    Rgb = 2,
    Indexed = 3,
    GrayAlpha = 4,
    Rgba = 6,
}
