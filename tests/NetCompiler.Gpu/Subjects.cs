using NetCompiler.Benchmarks.Networks;

namespace NetCompiler.Gpu;

/// <summary>The networks that are run.</summary>
internal static class Subjects
{
    private const int Seed = 1;

    private static readonly Precision[] s_all = [Precision.Default, Precision.Tf32, Precision.BFloat16];

    /// <summary>All networks; large ones in all precisions, which tests/gpu/build.sh has code compiled for.</summary>
    public static IReadOnlyList<Subject> All { get; } =
    [
        new("lenet", () => new LeNet5(Seed), [1, 32, 128], 128),
        new("course", () => new Course(Seed), [1, 32, 128], 128),
        new("cifar", () => new Cifar(Seed), [1, 32, 128], 128),
        new("lstm", () => new LstmNet(Seed), [1, 32], 32),
        new("resnet18", () => new ResNet18(Seed), [1, 32], 32) { IsDeep = true, Precisions = s_all },
        new("vgg16", () => new Vgg16(Seed), [1, 32], 16) { IsDeep = true, Precisions = s_all },
        new("conv56", () => new Conv56(Seed), [8, 64], 64) { Precisions = s_all },
        new("conv28", () => new Conv28(Seed), [8, 64], 64) { Precisions = s_all },
        new("conv14", () => new Conv14(Seed), [8, 64], 64) { Precisions = s_all },
    ];
}
