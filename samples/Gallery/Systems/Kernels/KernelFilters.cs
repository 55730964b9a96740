using NetCompiler;
using static NetCompiler.Layers;

namespace Gallery.Systems.Kernels;

/// <summary>Kernels that are known, not learned, as networks: a picture in grey, 0 to 1, to pictures of the same size.</summary>
[Network]
public sealed partial class KernelFilters
{
    /// <summary>The same kernel at every place: 8 in the middle and −1 around is nothing where all is alike.</summary>
    [Forward]
    private static (Tensor Edge, Tensor Sharpen, Tensor Blur, Tensor SobelX, Tensor SobelY, Tensor Gradient, Tensor Curve) Filter(
        [Shape(1, 256, 256)] Tensor picture)
    {
        var edge = FixedConv(picture, 1, 3, [-1, -1, -1, -1, 8, -1, -1, -1, -1], padding: 1);
        var sharpen = FixedConv(picture, 1, 3, [0, -1, 0, -1, 5, -1, 0, -1, 0], padding: 1);
        var blur = FixedConv(
            picture, 1, 3,
            [1.0 / 16, 2.0 / 16, 1.0 / 16, 2.0 / 16, 4.0 / 16, 2.0 / 16, 1.0 / 16, 2.0 / 16, 1.0 / 16], padding: 1);
        var sobelX = FixedConv(picture, 1, 3, [-1, 0, 1, -2, 0, 2, -1, 0, 1], padding: 1);
        var sobelY = FixedConv(picture, 1, 3, [-1, -2, -1, 0, 0, 0, 1, 2, 1], padding: 1);
        var gradient = Sqrt(Square(sobelX) + Square(sobelY) + 1e-12);
        const double On = 1.0 / 6;
        const double Off = -1.0 / 43;
        // A line that bends to the right as it goes up; what is not on it counts against it, so that grey is nothing.
        var curve = FixedConv(
            picture, 1, 7,
            [
                Off, Off, Off, Off, Off, On, Off,
                Off, Off, Off, Off, On, Off, Off,
                Off, Off, Off, On, Off, Off, Off,
                Off, Off, Off, On, Off, Off, Off,
                Off, Off, Off, On, Off, Off, Off,
                Off, Off, Off, On, Off, Off, Off,
                Off, Off, Off, Off, Off, Off, Off,
            ],
            padding: 3);
        return (edge, sharpen, blur, sobelX, sobelY, gradient, curve);
    }

    /// <summary>Low-pass: a Gaussian of deviation 2, along rows and then along columns. High-pass: what it takes away.</summary>
    [Forward]
    private static (Tensor Low, Tensor High) Bands([Shape(1, 256, 256)] Tensor picture)
    {
        var along = FixedConv(
            picture, 1, (1, 9), [0.0276, 0.0663, 0.1238, 0.1802, 0.2042, 0.1802, 0.1238, 0.0663, 0.0276], padding: (0, 4));
        var low = FixedConv(
            along, 1, (9, 1), [0.0276, 0.0663, 0.1238, 0.1802, 0.2042, 0.1802, 0.1238, 0.0663, 0.0276], padding: (4, 0));
        return (low, picture - low);
    }

    /// <summary>
    /// What networks call convolution is cross-correlation: the kernel is laid on the picture as it is. Convolution proper turns it by
    /// half a turn, so that a single point becomes the kernel.
    /// </summary>
    [Forward]
    private static (Tensor Correlation, Tensor Convolution) Letter([Shape(1, 15, 15)] Tensor point)
    {
        var correlation = FixedConv(
            point, 1, 5,
            [
                1, 1, 1, 1, 0,
                1, 0, 0, 0, 0,
                1, 1, 1, 0, 0,
                1, 0, 0, 0, 0,
                1, 0, 0, 0, 0,
            ],
            padding: 2);
        var convolution = FixedConv(
            point, 1, 5,
            [
                0, 0, 0, 0, 1,
                0, 0, 0, 0, 1,
                0, 0, 1, 1, 1,
                0, 0, 0, 0, 1,
                0, 1, 1, 1, 1,
            ],
            padding: 2);
        return (correlation, convolution);
    }
}
