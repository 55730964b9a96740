using Gallery.Pictures;
using NetCompiler;
using static NetCompiler.Layers;

namespace Gallery.Systems.Dream;

/// <summary>How strongly two levels of features answer to a picture of 120 × 160.</summary>
[Network]
public sealed partial class SmallDream
{
    [Forward]
    private static (Tensor First, Tensor Second, Tensor Third) See([Shape(3, 120, 160)] Tensor picture) => PictureFeatures.Of(picture);

    [Objective]
    private static Tensor Edges([Shape(3, 120, 160)] Tensor picture) => Mean(Square(See(picture).Second));

    [Objective]
    private static Tensor Shapes([Shape(3, 120, 160)] Tensor picture) => Mean(Square(See(picture).Third));
}

/// <summary>The same for 168 × 224.</summary>
[Network]
public sealed partial class MediumDream
{
    [Forward]
    private static (Tensor First, Tensor Second, Tensor Third) See([Shape(3, 168, 224)] Tensor picture) => PictureFeatures.Of(picture);

    [Objective]
    private static Tensor Edges([Shape(3, 168, 224)] Tensor picture) => Mean(Square(See(picture).Second));

    [Objective]
    private static Tensor Shapes([Shape(3, 168, 224)] Tensor picture) => Mean(Square(See(picture).Third));
}

/// <summary>The same for 240 × 320.</summary>
[Network]
public sealed partial class LargeDream
{
    [Forward]
    private static (Tensor First, Tensor Second, Tensor Third) See([Shape(3, 240, 320)] Tensor picture) => PictureFeatures.Of(picture);

    [Objective]
    private static Tensor Edges([Shape(3, 240, 320)] Tensor picture) => Mean(Square(See(picture).Second));

    [Objective]
    private static Tensor Shapes([Shape(3, 240, 320)] Tensor picture) => Mean(Square(See(picture).Third));
}
