using NetCompiler.Benchmarks.Networks;

namespace NetCompiler.Gpu;

/// <summary>The networks that are run.</summary>
internal static class Subjects
{
    private const int Seed = 1;

    /// <summary>All networks.</summary>
    public static IReadOnlyList<Subject> All { get; } =
    [
        new("lenet", () => new LeNet5(Seed), [1, 32, 128], 128),
        new("course", () => new Course(Seed), [1, 32, 128], 128),
        new("cifar", () => new Cifar(Seed), [1, 32, 128], 128),
        new("lstm", () => new LstmNet(Seed), [1, 32], 32),
        new("resnet18", () => new ResNet18(Seed), [1, 32], 32),
        new("vgg16", () => new Vgg16(Seed), [1, 32], 16),
        new("conv56", () => new Conv56(Seed), [8, 64], 64),
        new("conv28", () => new Conv28(Seed), [8, 64], 64),
        new("conv14", () => new Conv14(Seed), [8, 64], 64),
    ];
}
