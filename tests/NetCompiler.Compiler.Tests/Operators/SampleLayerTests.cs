using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;
using NetCompiler.Compiler.Passes;
using NetCompiler.Compiler.Tests.Reference;
using static NetCompiler.Compiler.Tests.Reference.Chains;

namespace NetCompiler.Compiler.Tests.Operators;

/// <summary>
/// Layers about shapes, pooling, reductions and normalisation against definitions written down element by element, as PyTorch documents
/// them, and what they complain about.
/// </summary>
public sealed class SampleLayerTests
{
    private const double Tolerance = 1e-12;
    private const int Batch = 2;
    private const int Seed = 4711;

    private static readonly LayerSpec Picture = Image(3, 8, 8);
    private static readonly LayerSpec Vector = Layer("Input", ("Length", 6));

    /// <summary>An element of a sample by channel, row and column.</summary>
    private delegate double Element(int n, int c, int y, int x);

    private static (double[] Result, TensorType Type, Dictionary<string, double[]> Values) Run(LayerSpec input, params LayerSpec[] layers)
    {
        var model = Build([input, .. layers]);
        var values = Values(model.Graph, Batch, new Random(Seed));
        var result = ReferenceEvaluator.Run(VerifyGraph.Run(model.Graph), Batch, values);
        return (result[model.Prediction].Data, model.Prediction.Type, values);
    }

    // Holds a layer on an image against a function of the image.
    private static void AssertImage(
        int channels, int height, int width, LayerSpec layer, (int C, int H, int W) expectedShape, Func<Element, Element> expected)
    {
        var (result, type, values) = Run(Image(channels, height, width), layer);
        var input = values["input"];
        double Read(int n, int c, int y, int x) => input[((n * channels + c) * height + y) * width + x];
        var element = expected(Read);
        var (outChannels, outHeight, outWidth) = expectedShape;
        Assert.Equal(TensorType.Float(Dimension.Batch, outChannels, outHeight, outWidth), type);
        var reference = new double[result.Length];
        for (var i = 0; i < reference.Length; i++)
        {
            reference[i] = element(i / (outChannels * outHeight * outWidth), i / (outHeight * outWidth) % outChannels,
                i / outWidth % outHeight, i % outWidth);
        }

        Near.Assert(result, reference, Tolerance, $"{layer.Kind} of {channels}×{height}×{width}");
    }

    private static void AssertRejected(string id, string argument, string message, params ImmutableArray<LayerSpec> layers)
    {
        var diagnostic = Assert.Single(NetworkBuilder.Build(new NetworkSpec("Tests", "Net", true, layers)).Diagnostics);
        Assert.Equal((id, argument), (diagnostic.Rule.Id, diagnostic.Argument ?? ""));
        Assert.Contains(message, diagnostic.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<(int Height, int Width)> Sizes => [(1, 1), (1, 5), (2, 3), (4, 4), (7, 6)];

    [Fact]
    public void UpsamplingTakesTheNearest()
    {
        foreach (var (height, width) in Sizes)
        {
            foreach (var (scaleY, scaleX) in new[] { (1, 2), (2, 2), (3, 1), (4, 5) })
            {
                AssertImage(2, height, width, Layer("Upsample", ("Scale", Pair(scaleY, scaleX))), (2, height * scaleY, width * scaleX),
                    image => (n, c, y, x) => image(n, c, y / scaleY, x / scaleX));
            }
        }
    }

    [Fact]
    public void UpsamplingIsBilinearWithoutAlignedCorners()
    {
        foreach (var (height, width) in Sizes)
        {
            foreach (var (scaleY, scaleX) in new[] { (1, 2), (2, 2), (3, 1), (4, 5), (7, 6) })
            {
                AssertImage(2, height, width, Layer("Upsample", ("Scale", Pair(scaleY, scaleX)), ("Mode", "Bilinear")),
                    (2, height * scaleY, width * scaleX),
                    image => (n, c, y, x) => Between(y, scaleY, height, (row, w) =>
                        w * Between(x, scaleX, width, (column, v) => v * image(n, c, row, column))));
            }
        }

        // The two places that an element of the larger image lies between, with their weights.
        static double Between(int i, int scale, int size, Func<int, double, double> value)
        {
            var place = Math.Max(0, (i + 0.5) / scale - 0.5);
            var first = (int)Math.Floor(place);
            return value(first, 1 - (place - first)) + value(Math.Min(first + 1, size - 1), place - first);
        }
    }

    [Theory]
    [InlineData("Constant")]
    [InlineData("Reflect")]
    [InlineData("Edge")]
    public void PaddingStandsAroundTheImage(string mode)
    {
        foreach (int[] sides in new int[][] { [1], [2, 1], [0, 3, 1, 0], [3, 0, 0, 0], [0] })
        {
            var (top, left) = (sides[0], sides[sides.Length > 1 ? 1 : 0]);
            var (bottom, right) = sides.Length == 4 ? (sides[2], sides[3]) : (top, left);
            AssertImage(2, 4, 5, Layer("Pad", ("Padding", sides.ToImmutableArray()), ("Mode", mode), ("Value", -1.5)),
                (2, 4 + top + bottom, 5 + left + right), image => (n, c, y, x) =>
                {
                    var (row, column) = (y - top, x - left);
                    if (mode == "Constant" && (row is < 0 or > 3 || column is < 0 or > 4))
                        return -1.5;
                    return image(n, c, Inside(row, 3), Inside(column, 4));
                });
        }

        int Inside(int i, int last) => mode == "Edge" ? Math.Clamp(i, 0, last) : i < 0 ? -i : i > last ? 2 * last - i : i;
    }

    [Fact]
    public void AdaptivePoolingIsTheMeanOfWindowsThatCoverTheImage()
    {
        foreach (var (height, width) in Sizes)
        {
            foreach (var (rows, columns) in new[] { (1, 1), (2, 3), (3, 2), (5, 4), (8, 8) })
            {
                var layer = Layer("AdaptiveAveragePool", ("Size", Pair(rows, columns)));
                AssertImage(2, height, width, layer, (2, rows, columns), image => (n, c, y, x) =>
                {
                    var (top, bottom) = (y * height / rows, ((y + 1) * height + rows - 1) / rows);
                    var (left, right) = (x * width / columns, ((x + 1) * width + columns - 1) / columns);
                    var sum = 0.0;
                    for (var i = top; i < bottom; i++)
                        for (var j = left; j < right; j++)
                            sum += image(n, c, i, j);
                    return sum / ((bottom - top) * (right - left));
                });
            }
        }
    }

    [Fact]
    public void PixelShufflingMovesChannelsToPlacesAndBack()
    {
        AssertImage(8, 2, 3, Layer("PixelShuffle", ("Factor", 2)), (2, 4, 6),
            image => (n, c, y, x) => image(n, c * 4 + y % 2 * 2 + x % 2, y / 2, x / 2));
        AssertImage(2, 4, 6, Layer("PixelUnshuffle", ("Factor", 2)), (8, 2, 3),
            image => (n, c, y, x) => image(n, c / 4, y * 2 + c / 2 % 2, x * 2 + c % 2));
    }

    [Fact]
    public void ReshapingKeepsTheElementsInOrder()
    {
        foreach (var (shape, expected) in new (int[], int[])[]
        {
            ([2, -1, 3], [2, 4, 3]), ([24], [24]), ([-1], [24]), ([1, 1, 24], [1, 1, 24]),
        })
        {
            var (result, type, values) = Run(Image(2, 3, 4), Layer("Reshape", ("Shape", shape.ToImmutableArray())));
            Assert.Equal(expected, type.SampleShape.ToArray());
            Assert.Equal(values["input"], result);
        }

        var (image, ofVector, numbers) = Run(Vector, Layer("Reshape", ("Shape", ImmutableArray.Create(1, -1, 2))));
        Assert.Equal(TensorType.Float(Dimension.Batch, 1, 3, 2), ofVector);
        Assert.Equal(numbers["input"], image);
    }

    [Fact]
    public void TransposedConvolutionScattersItsKernel()
    {
        var random = new Random(Seed);
        for (var round = 0; round < 24; round++)
        {
            var groups = random.Next(1, 3);
            var (inputs, outputs) = (groups * random.Next(1, 4), groups * random.Next(1, 4));
            var (height, width) = (random.Next(1, 6), random.Next(1, 6));
            var (kernel, stride, dilation) = (Two(1, 4), Two(1, 4), Two(1, 3));
            int[] padding = [random.Next(kernel[0]), random.Next(kernel[1])];
            int[] extra = [random.Next(stride[0]), random.Next(stride[1])];
            var outHeight = (height - 1) * stride[0] - 2 * padding[0] + dilation[0] * (kernel[0] - 1) + extra[0] + 1;
            var outWidth = (width - 1) * stride[1] - 2 * padding[1] + dilation[1] * (kernel[1] - 1) + extra[1] + 1;
            if (outHeight < 1 || outWidth < 1)
                continue;
            var (result, type, values) = Run(Image(inputs, height, width), Layer("ConvTranspose", ("Channels", outputs),
                ("Kernel", kernel.ToImmutableArray()), ("Stride", stride.ToImmutableArray()), ("Padding", padding.ToImmutableArray()),
                ("OutputPadding", extra.ToImmutableArray()), ("Dilation", dilation.ToImmutableArray()), ("Groups", groups)));
            Assert.Equal(TensorType.Float(Dimension.Batch, outputs, outHeight, outWidth), type);
            var (input, weight, bias) = (values["input"], values["convtranspose1.weight"], values["convtranspose1.bias"]);
            var expected = new double[result.Length];
            for (var i = 0; i < expected.Length; i++)
                expected[i] = bias[i / (outHeight * outWidth) % outputs];
            var (perGroup, outPerGroup) = (inputs / groups, outputs / groups);
            for (var i = 0; i < input.Length; i++)
            {
                var (n, c, y, x) = (i / (inputs * height * width), i / (height * width) % inputs, i / width % height, i % width);
                for (var w = 0; w < outPerGroup * kernel[0] * kernel[1]; w++)
                {
                    var (o, ky, kx) = (w / (kernel[0] * kernel[1]), w / kernel[1] % kernel[0], w % kernel[1]);
                    var (oy, ox) = (y * stride[0] + ky * dilation[0] - padding[0], x * stride[1] + kx * dilation[1] - padding[1]);
                    if (oy < 0 || oy >= outHeight || ox < 0 || ox >= outWidth)
                        continue;
                    var channel = c / perGroup * outPerGroup + o;
                    var product = input[i] * weight[c * outPerGroup * kernel[0] * kernel[1] + w];
                    expected[((n * outputs + channel) * outHeight + oy) * outWidth + ox] += product;
                }
            }

            Near.Assert(result, expected, Tolerance, $"seed {Seed}, round {round}");
        }

        int[] Two(int min, int end) => [random.Next(min, end), random.Next(min, end)];
    }

    [Fact]
    public void ReductionsKeepTheirAxes()
    {
        foreach (var (kind, of) in new (string, Func<IEnumerable<double>, double>)[]
        {
            ("Sum", Enumerable.Sum), ("Mean", Enumerable.Average), ("Max", Enumerable.Max), ("Min", Enumerable.Min),
        })
        {
            foreach (int[] axes in new int[][] { [0], [1, 2], [2], [], [0, 2] })
            {
                bool Is(int axis) => axes.Length == 0 || axes.Contains(axis);
                var layer = Layer(kind, ("Axes", axes.ToImmutableArray()));
                AssertImage(3, 2, 4, layer, (Is(0) ? 1 : 3, Is(1) ? 1 : 2, Is(2) ? 1 : 4), image => (n, c, y, x) =>
                    of(from i in Is(0) ? Enumerable.Range(0, 3) : [c]
                       from j in Is(1) ? Enumerable.Range(0, 2) : [y]
                       from k in Is(2) ? Enumerable.Range(0, 4) : [x]
                       select image(n, i, j, k)));
            }

            var (result, type, values) = Run(Vector, Layer(kind));
            Assert.Equal(TensorType.Float(Dimension.Batch, 1), type);
            Near.Assert(result, [.. values["input"].Chunk(6).Select(sample => of(sample))], Tolerance, kind);
        }

        var (largest, pooled, numbers) = Run(Picture, Layer("GlobalMaxPool"));
        Assert.Equal(TensorType.Float(Dimension.Batch, 3), pooled);
        Assert.Equal([.. numbers["input"].Chunk(64).Select(map => map.Max())], largest);
    }

    public static TheoryData<string, int> Normalisations => new()
    {
        { "LayerNorm", 1 }, { "InstanceNorm", 6 }, { "GroupNorm", 1 }, { "GroupNorm", 2 }, { "GroupNorm", 3 }, { "GroupNorm", 6 },
    };

    private static LayerSpec Normalisation(string kind, int groups)
    {
        var layer = Layer(kind, ("Epsilon", 0.01), ("Affine", true));
        return kind == "GroupNorm" ? layer with { Arguments = layer.Arguments.With("Groups", groups) } : layer;
    }

    [Theory]
    [MemberData(nameof(Normalisations))]
    public void NormalisationHasTheStatisticsOfItsGroups(string kind, int groups)
    {
        foreach (var input in kind == "InstanceNorm" ? new[] { Image(6, 3, 2) } : [Image(6, 3, 2), Vector])
        {
            var (result, type, values) = Run(input, Normalisation(kind, groups));
            var name = kind.ToLowerInvariant() + "1";
            var (x, weight, bias) = (values["input"], values[name + ".weight"], values[name + ".bias"]);
            var (length, places) = ((int)type.SampleLength, (int)type.SampleLength / 6);
            Assert.Equal(kind == "LayerNorm" ? length : 6, weight.Length);
            var size = length / groups;
            var expected = x.Select((value, i) =>
            {
                var group = x.Skip(i / size * size).Take(size).ToArray();
                var mean = group.Average();
                var variance = group.Average(v => (v - mean) * (v - mean));
                var parameter = kind == "LayerNorm" ? i % length : i / places % 6;
                return (value - mean) / Math.Sqrt(variance + 0.01) * weight[parameter] + bias[parameter];
            });
            Near.Assert(result, [.. expected], Tolerance, $"{kind} over {groups} groups of {type}");
        }
    }

    // Its statistics depend on the input as well, which only the whole layer shows.
    [Theory]
    [MemberData(nameof(Normalisations))]
    public void TheGradientOfANormalisationGoesThroughItsStatistics(string kind, int groups)
    {
        var random = new Random(Seed);
        foreach (var input in kind == "InstanceNorm" ? new[] { Image(6, 3, 2) } : [Image(6, 3, 2), Vector])
        {
            var model = Build(input, Normalisation(kind, groups), Layer("Loss", ("Kind", "MeanSquaredError")));
            var values = Values(model.Graph, Batch, random);
            var loss = model.Loss!.PerSample;
            ImmutableArray<Value> wanted = [model.Input, .. model.Parameters.Select(p => p.Value)];
            var result = ReferenceEvaluator.Run(Differentiate.Run(model.Graph, loss, wanted), Batch, values);
            foreach (var value in wanted)
            {
                var gradient = result.Output(value.Name, OutputRole.Gradient).Data;
                var differences = gradient.Select((_, i) => Difference(values[value.Name], i)).ToArray();
                Near.Assert(gradient, differences, 1e-6, $"{kind} over {groups} groups, gradient of {value.Name}");
            }

            double Difference(double[] data, int i)
            {
                const double Step = 1e-5;
                var at = data[i];
                double Loss(double number)
                {
                    data[i] = number;
                    return ReferenceEvaluator.Run(model.Graph, Batch, values)[loss].Data.Average();
                }

                var difference = (Loss(at + Step) - Loss(at - Step)) / (2 * Step);
                data[i] = at;
                return difference;
            }
        }
    }

    [Fact]
    public void ChannelsAreNormalisedAmongEachOther()
    {
        AssertImage(5, 2, 3, Layer("LogSoftmax"), (5, 2, 3), image => (n, c, y, x) =>
            image(n, c, y, x) - Math.Log(Enumerable.Range(0, 5).Sum(k => Math.Exp(image(n, k, y, x)))));
        AssertImage(5, 2, 3, Layer("L2Normalize", ("Epsilon", 1e-6)), (5, 2, 3), image => (n, c, y, x) =>
            image(n, c, y, x) / Math.Sqrt(Enumerable.Range(0, 5).Sum(k => image(n, k, y, x) * image(n, k, y, x))));
        AssertImage(5, 2, 3, Layer("L2Normalize", ("Epsilon", 1.0)), (5, 2, 3), image => (n, c, y, x) =>
            image(n, c, y, x) / Math.Max(1, Math.Sqrt(Enumerable.Range(0, 5).Sum(k => image(n, k, y, x) * image(n, k, y, x)))));
        foreach (var size in new[] { 1, 2, 3, 4, 9 })
        {
            // PyTorch pads ⌊size / 2⌋ channels before and ⌊(size − 1) / 2⌋ after, and divides by the size everywhere.
            var layer = Layer("LocalResponseNorm", ("Size", size), ("Alpha", 0.5), ("Beta", 0.6), ("Bias", 1.5));
            AssertImage(5, 2, 3, layer, (5, 2, 3), image => (n, c, y, x) =>
                image(n, c, y, x) / Math.Pow(1.5 + 0.5 / size * Enumerable.Range(c - size / 2, size)
                    .Where(k => k is >= 0 and < 5).Sum(k => image(n, k, y, x) * image(n, k, y, x)), 0.6));
        }
    }

    // "X" marks a connection, as printed in table I of LeCun et al., 1998.
    private const string Table = """
        X...XXX..XXXX.XX
        XX...XXX..XXXX.X
        XXX...XXX..X.XXX
        .XXX..XXXX..X.XX
        ..XXX..XXXX.XX.X
        ...XXX..XXXX.XXX
        """;

    [Fact]
    public void LeNet5HasTheNumbersOfThePaper()
    {
        var model = Build(Image(1, 32, 32), Layer("Conv", ("Channels", 6), ("Kernel", Pair(5, 5))), Layer("Subsample", ("Window", Pair(2, 2))),
            Layer("Tanh"), Layer("Conv", ("Channels", 16), ("Kernel", Pair(5, 5)), ("Connections", Table)),
            Layer("Subsample", ("Window", Pair(2, 2))), Layer("Tanh"), Layer("Conv", ("Channels", 120), ("Kernel", Pair(5, 5))), Layer("Tanh"),
            Layer("Flatten"), Layer("Dense", ("Units", 84)));

        var facts = LayerFacts.Of(model).Where(f => f.Parameters > 0).ToList();
        Assert.Equal([156, 12, 1516, 32, 48120, 10164], facts.Select(f => f.Parameters));
        Assert.Equal([122304, 5880, 151600, 2000, 48120, 10164], facts.Select(f => f.Connections));
    }

    [Fact]
    public void OutputsReadTheInputsOfTheTable()
    {
        // Row by row the inputs, as people write tables too.
        const string Connections = "X.0x 1X-1\t..X1";
        var (result, type, values) = Run(Image(3, 4, 4), Layer("Conv", ("Channels", 4), ("Kernel", Pair(2, 3)), ("Connections", Connections)));
        bool[][] reads = [[true, true, false], [false, true, false], [false, false, true], [true, true, true]];
        var (x, weight, bias) = (values["input"], values["conv1.weight"], values["conv1.bias"]);
        Assert.Equal(4 * 3 * 2 * 3, weight.Length);
        Assert.Equal(TensorType.Float(Dimension.Batch, 4, 3, 2), type);
        var expected = new double[result.Length];
        for (var i = 0; i < expected.Length; i++)
        {
            var (n, o, row, column) = (i / 24, i / 6 % 4, i / 2 % 3, i % 2);
            expected[i] = bias[o];
            for (var c = 0; c < 3; c++)
                for (var ky = 0; ky < 2; ky++)
                    for (var kx = 0; kx < 3; kx++)
                        if (reads[o][c])
                            expected[i] += x[((n * 3 + c) * 4 + row + ky) * 4 + column + kx] * weight[((o * 3 + c) * 2 + ky) * 3 + kx];
        }

        Near.Assert(result, expected, Tolerance, "connections");
    }

    [Fact]
    public void TablesThatDoNotFitAreRejected()
    {
        void Rejected(string table, string message, int groups = 1) => AssertRejected("NC0109", "Connections", message, Picture,
            Layer("Conv", ("Channels", 3), ("Kernel", Pair(3, 3)), ("Connections", table), ("Groups", groups)));

        Rejected("XXX XXX", "it has 2 rows, expected 3: one for each input channel");
        Rejected("XXX X.X XX", "row 3 has 2 characters, expected 3: one for each output");
        Rejected("XXX X?X XXX", "row 2 has a '?', expected X where there is a connection and . where there is none");
        Rejected("X.X X.X X.X", "output channel 2 is connected with no input");
        Rejected("XXX XXX XXX", "groups have no table of connections", groups: 3);
        Rejected(" ", "it has 0 rows");
    }

    [Fact]
    public void SubsamplingScalesTheSumsOfWindows()
    {
        var layer = Layer("Subsample", ("Window", Pair(2, 3)), ("Stride", Pair(2, 2)), ("Padding", Pair(1, 0)));
        var (result, type, values) = Run(Picture, layer);
        Assert.Equal(TensorType.Float(Dimension.Batch, 3, 5, 3), type);
        var (x, weight, bias) = (values["input"], values["subsample1.weight"], values["subsample1.bias"]);
        var expected = Enumerable.Range(0, result.Length).Select(i =>
        {
            var (map, c, y, column) = (i / 15, i / 15 % 3, i / 3 % 5 * 2 - 1, i % 3 * 2);
            var rows = Enumerable.Range(y, 2).Where(row => row is >= 0 and < 8);
            return weight[c] * rows.Sum(row => x.AsSpan((map * 8 + row) * 8 + column, 3).ToArray().Sum()) + bias[c];
        });
        Near.Assert(result, [.. expected], Tolerance, "subsampling");
    }

    // What is equal keeps its order, and of what is equal the first is the largest.
    [Fact]
    public void TiesGoToTheFirst()
    {
        double[] Of(LayerSpec layer, params double[] input)
        {
            var model = Build(Vector, layer);
            var values = new Dictionary<string, double[]> { ["input"] = input };
            return ReferenceEvaluator.Run(VerifyGraph.Run(model.Graph), 1, values)[model.Prediction].Data;
        }

        Assert.Equal([1, 2, 4], Of(Layer("TopKIndices", ("Count", 3)), 1, 3, 3, 0, 3, 2));
        Assert.Equal([3, 3, 3, 2], Of(Layer("TopK", ("Count", 4)), 1, 3, 3, 0, 3, 2));
        Assert.Equal([1], Of(Layer("ArgMax"), 1, 3, 3, 0, 3, 2));
        Assert.Equal([2], Of(Layer("ArgMin"), 1, 3, -3, 0, -3, 2));
        Assert.Equal([0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0], Of(Layer("OneHot", ("Classes", 2)), 1, -1, 2, 0.5, 0, 7));
    }

    [Fact]
    public void ChoicesThatDoNotFitAreRejected()
    {
        AssertRejected("NC0109", "Repeats", "for each of the 3 axes", Picture, Layer("Tile", ("Repeats", ImmutableArray.Create(2))));
        AssertRejected("NC0109", "Repeats", "1 or more", Vector, Layer("Tile", ("Repeats", ImmutableArray.Create(0))));
        AssertRejected("NC0105", "Repeats", "can be addressed", Vector, Layer("Tile", ("Repeats", ImmutableArray.Create(int.MaxValue))));
        AssertRejected("NC0109", "Shape", "those that are 1 may be larger", Picture,
            Layer("Expand", ("Shape", ImmutableArray.Create(3, 8, 16))));
        AssertRejected("NC0109", "Weights", "it has 2 numbers, expected 27: 1×3×3×3", Picture,
            Layer("FixedConv", ("Channels", 1), ("Kernel", Pair(3, 3)), ("Weights", ImmutableArray.Create(1.0, 2))));
        AssertRejected("NC0109", "Weights", "finite", Picture,
            Layer("FixedConv", ("Channels", 1), ("Kernel", Pair(1, 1)), ("Weights", ImmutableArray.Create(1, 2, double.NaN))));
        AssertRejected("NC0102", "Groups", "2 groups", Picture,
            Layer("FixedConv", ("Channels", 2), ("Kernel", Pair(1, 1)), ("Weights", ImmutableArray.Create(1.0)), ("Groups", 2)));
        AssertRejected("NC0105", "Correction", "less than the elements that are reduced, 6", Vector, Layer("Variance", ("Correction", 6)));
        AssertRejected("NC0105", "Order", "expected 1 to 2", Vector, Layer("Norm", ("Order", 3)));
        AssertRejected("NC0105", "Count", "expected 1 to 3", Picture, Layer("TopK", ("Count", 4)));
        AssertRejected("NC0105", "Classes", "expected 1 to", Vector, Layer("OneHot", ("Classes", 0)));
    }

    [Fact]
    public void ShapesThatDoNotFitAreRejected()
    {
        AssertRejected("NC0109", "Shape", "the input has 192 elements, which are not 5×?×2", Picture,
            Layer("Reshape", ("Shape", ImmutableArray.Create(5, -1, 2))));
        AssertRejected("NC0109", "Shape", "which are not 191", Picture, Layer("Reshape", ("Shape", ImmutableArray.Create(191))));
        AssertRejected("NC0109", "Shape", "one of them may be -1", Picture, Layer("Reshape", ("Shape", ImmutableArray.Create(-1, -1, 2))));
        AssertRejected("NC0109", "Shape", "the extents of a sample", Picture, Layer("Reshape", ("Shape", ImmutableArray<int>.Empty)));
        AssertRejected("NC0109", "Padding", "top, left, bottom, right", Picture, Layer("Pad", ("Padding", ImmutableArray.Create(1, 2, 3))));
        AssertRejected("NC0105", "Padding", "Padding is -1, expected 0 to 16384", Picture,
            Layer("Pad", ("Padding", ImmutableArray.Create(-1))));
        AssertRejected("NC0105", "Padding", "less than the image's width of 8", Picture,
            Layer("Pad", ("Padding", ImmutableArray.Create(0, 8)), ("Mode", "Reflect")));
        AssertRejected("NC0109", "Mode", "'Wrap' is none of Constant, Reflect, Edge", Picture,
            Layer("Pad", ("Padding", ImmutableArray.Create(1)), ("Mode", "Wrap")));
        AssertRejected("NC0105", "Scale", "expected 1 to 32", Picture, Layer("Upsample", ("Scale", Pair(2, 33))));
        AssertRejected("NC0109", "Factor", "the 3 channels are no multiple of its square, 4", Picture,
            Layer("PixelShuffle", ("Factor", 2)));
        AssertRejected("NC0109", "Factor", "height and width of 3×8×8", Picture, Layer("PixelUnshuffle", ("Factor", 3)));
        AssertRejected("NC0105", "OutputPadding", "less than the stride's 1×1", Picture,
            Layer("ConvTranspose", ("Channels", 2), ("Kernel", Pair(3, 3)), ("OutputPadding", Pair(0, 1))));
        AssertRejected("NC0105", "Padding", "so little that something is left", Picture,
            Layer("ConvTranspose", ("Channels", 2), ("Kernel", Pair(1, 1)), ("Padding", Pair(4, 4))));
        AssertRejected("NC0102", "Groups", "2 groups", Picture,
            Layer("ConvTranspose", ("Channels", 2), ("Kernel", Pair(1, 1)), ("Groups", 2)));
        AssertRejected("NC0109", "Groups", "2 groups do not divide 3 channels", Picture, Layer("GroupNorm", ("Groups", 2)));
        AssertRejected("NC0105", "Axes", "Axes is 1, expected 0 to 0", Vector, Layer("Mean", ("Axes", ImmutableArray.Create(1))));
        AssertRejected("NC0105", "Epsilon", "Epsilon", Vector, Layer("LayerNorm", ("Epsilon", 0.0)));
        AssertRejected("NC0105", "Beta", "expected 0 to 1000", Vector, Layer("LocalResponseNorm", ("Size", 3), ("Beta", double.NaN)));
    }

    [Theory]
    [InlineData("GlobalMaxPool")]
    [InlineData("InstanceNorm")]
    public void SomeLayersNeedAnImage(string kind) => AssertRejected("NC0104", "", "reads 6", Vector, Layer(kind));
}
