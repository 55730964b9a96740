using System.Globalization;

namespace NetCompiler.Runtime.Tests.Networks;

public class NetworkDescriptionTests
{
    private static readonly NetworkDescription s_lenet = new(
        "LeNet5",
        [new TensorInfo("image", ElementType.UInt8, [1, 28, 28])],
        [new TensorInfo("softmax1", ElementType.Float32, [10])],
        [
            new ParameterInfo("conv1.weight", [6, 1, 5, 5], 0, Initializer.HeNormal, 25, 150, true),
            new ParameterInfo("conv1.bias", [6], 160, Initializer.Zeros, 25, 150, true),
            new ParameterInfo("batchnorm1.running_mean", [6], 176, Initializer.Zeros, 1, 1, false),
            new ParameterInfo("dense1.weight", [10, 1176], 192, Initializer.GlorotUniform, 1176, 10, true),
        ],
        [
            new LayerInfo("conv1", "Conv", [6, 28, 28], 156, 122304, 117600, 5, 18816),
            new LayerInfo("batchnorm1", "BatchNorm", [6, 28, 28], 6, 4704, 4704, 5, 18816),
            new LayerInfo("pool1", "MaxPool", [6, 14, 14], 0, 0, 0, 6, 4704),
            new LayerInfo("dense1", "Dense", [10], 11760, 11760, 11760, 28, 40),
        ],
        Loss.CrossEntropy,
        [512, 256, 128]);

    [Fact]
    public void Summary() => Snapshot.Verify(s_lenet.ToSummary());

    [Fact]
    public void Summary_is_the_same_under_every_culture()
    {
        var expected = s_lenet.ToSummary();
        var culture = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("")
            {
                NumberFormat = { NumberGroupSeparator = "'", NegativeSign = "~", NumberDecimalSeparator = "," },
            };
            Assert.Equal(expected, s_lenet.ToSummary());
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Fact]
    public void Lines_of_the_table_are_equally_long()
    {
        var lines = s_lenet.ToSummary().Split('\n')[1..].TakeWhile(l => !l.StartsWith("Input", StringComparison.Ordinal)).ToArray();
        Assert.Equal(11, lines.Length);
        Assert.InRange(Assert.Single(lines.Select(line => line.Length).Distinct()), 60, 80);
    }

    [Fact]
    public void Hash_is_fixed() => Assert.Equal("aa915820f8126654", s_lenet.StructuralHashText);

    [Fact]
    public void Hash_depends_on_names_types_and_shapes_and_nothing_else()
    {
        var first = s_lenet.Parameters[0];
        var rest = s_lenet.Parameters.Skip(1);
        var hash = s_lenet.StructuralHash;
        Assert.NotEqual(hash, (s_lenet with { Parameters = [first with { Name = "conv2.weight" }, .. rest] }).StructuralHash);
        Assert.NotEqual(hash, (s_lenet with { Parameters = [first with { Shape = [6, 5, 1, 5] }, .. rest] }).StructuralHash);
        Assert.NotEqual(hash, (s_lenet with { Parameters = [first with { Shape = [6, 25] }, .. rest] }).StructuralHash);
        Assert.NotEqual(hash, (s_lenet with { Layers = [.. s_lenet.Layers.Skip(1)] }).StructuralHash);
        Assert.NotEqual(
            hash, (s_lenet with { Inputs = [new TensorInfo("image", ElementType.Float32, [1, 28, 28])] }).StructuralHash);
        Assert.Equal(
            hash, (s_lenet with { Parameters = [first with { Offset = 4096, Initializer = Initializer.Ones }, .. rest] }).StructuralHash);
        Assert.Equal(hash, (s_lenet with { VectorWidths = [128], Loss = null }).StructuralHash);
    }

    [Fact]
    public void Parameters_are_counted() => Assert.Equal(150 + 6 + 6 + 11760, s_lenet.ParameterCount);
}
