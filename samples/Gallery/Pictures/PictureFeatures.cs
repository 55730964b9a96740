using NetCompiler;
using static NetCompiler.Layers;

namespace Gallery.Pictures;

/// <summary>
/// Convolutions over pictures in colours, 0 to 1, of any size. Networks that have them give their layers the same names, so that weights
/// that one has learned can be copied to the others (<see cref="WeightCopy"/>).
/// </summary>
internal static class PictureFeatures
{
    /// <summary>Channels of the three levels.</summary>
    public const int First = 32, Second = 48, Third = 64;

    /// <summary>Three levels: as large as the picture, half and a quarter as large.</summary>
    public static (Tensor First, Tensor Second, Tensor Third) Of(Tensor picture)
    {
        // Average pooling has a gradient everywhere, which pictures that are made by it show.
        var first = Relu(Conv(picture * 4 - 2, First, kernel: 5, padding: 2, name: "features1"));
        var second = Relu(Conv(AveragePool(first, 2), Second, kernel: 3, padding: 1, name: "features2"));
        var third = Relu(Conv(AveragePool(second, 2), Third, kernel: 3, padding: 1, name: "features3"));
        return (first, second, third);
    }
}
