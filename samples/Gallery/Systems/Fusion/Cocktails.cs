using NetCompiler;
using static NetCompiler.Layers;

namespace Gallery.Systems.Fusion;

/// <summary>
/// Four ingredients into three drinks, for each glass of a tray of 6 × 8: a 1 × 1 convolution whose kernel is the recipes, and the
/// same as the matrix product recipes · ingredients.
/// </summary>
[Network]
public sealed partial class Cocktails
{
    /// <summary>Recipes: a row for each drink, a column for each of gin, vermouth, orange juice, soda.</summary>
    [Forward]
    private static (Tensor Convolved, Tensor Product) Mix([Shape(4, 6, 8)] Tensor ingredients, [Shape(3, 4)] Tensor recipes)
    {
        var convolved = FixedConv(
            ingredients, 3, 1,
            [
                0.75, 0.25, 0.00, 0.00,
                0.30, 0.00, 0.50, 0.20,
                0.25, 0.00, 0.00, 0.75,
            ]);
        var product = Reshape(MatMul(recipes, Reshape(ingredients, [4, 48])), [3, 6, 8]);
        return (convolved, product);
    }
}
