namespace NetCompiler.Training.Data;

/// <summary>How a picture comes to the size that a network takes.</summary>
public enum ImageFit
{
    /// <summary>
    /// Resized until it covers the size, then its middle is cut out (torchvision's Resize and CenterCrop): nothing is distorted.
    /// </summary>
    Cover,

    /// <summary>Resized to exactly the size, whatever its own proportions: nothing is lost.</summary>
    Stretch,
}
