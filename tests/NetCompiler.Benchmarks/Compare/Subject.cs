using NetCompiler.Benchmarks.Networks;

namespace NetCompiler.Benchmarks.Compare;

/// <summary>A network that is compared.</summary>
/// <param name="Name">What it is called on the command line and in tables.</param>
/// <param name="Create">Makes it.</param>
/// <param name="Batches">The batches that it predicts.</param>
/// <param name="Trains">True where training steps are compared too.</param>
internal sealed record Subject(string Name, Func<Network> Create, int[] Batches, bool Trains = false)
{
    private const int Seed = 1;
    private static readonly int[] s_all = [1, 32, 128];

    /// <summary>All networks.</summary>
    public static IReadOnlyList<Subject> All { get; } =
    [
        new("lenet", () => new LeNet5(Seed), s_all, true),
        new("course", () => new Course(Seed), s_all, true),
        new("cifar", () => new Cifar(Seed), s_all, true),
        new("vgg16", () => new Vgg16(Seed), [1]),
        new("resnet18", () => new ResNet18(Seed), [1, 32]),
        new("mobilenetv2", () => new MobileNetV2(Seed), [1, 32]),
        new("lstm", () => new LstmNet(Seed), [1, 32], true),
        new("gru", () => new GruNet(Seed), [1, 32]),
        new("vit", () => new VisionTransformer(Seed), [1, 32]),
        new("conv56", () => new Conv56(Seed), [1, 8], true),
        new("conv28", () => new Conv28(Seed), [1, 8], true),
        new("conv14", () => new Conv14(Seed), [1, 8], true),
    ];
}
