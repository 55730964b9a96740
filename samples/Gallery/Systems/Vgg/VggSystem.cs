using System.Diagnostics;
using Gallery.Pictures;
using Gallery.Running;
using NetCompiler.Imaging;
using NetCompiler.Runtime;
using NetCompiler.Training;
using NetCompiler.Training.Data;
using NetCompiler.Training.Reports;
using static System.FormattableString;

namespace Gallery.Systems.Vgg;

/// <summary>VGG-16, its dense layers as convolutions, and what that is good for.</summary>
internal sealed class VggSystem : ISystem
{
    private const int Height = 140;
    private const int Width = 196;
    private const int MapHeight = 29;
    private const int MapWidth = 43;
    private const int Stride = 4;
    private const int None = 10;
    private const long PublishedParameters = 138_357_544;

    public int Number => 5;

    public string Name => "vgg";

    public string Title => "VGG-16";

    public string Shows =>
        "A dense layer is a convolution over all of its input: with the same weights VGG-16 gives the same numbers, and on a larger picture a "
        + "map of scores. A small net of that make, trained here on digits, segments a page.";

    public SystemResult Run(SystemContext context)
    {
        var parameters = Vgg16.Description.ParameterCount;
        // 138 million weights take some time to draw, so reduced runs do without.
        (double Difference, ReportSection Section)? comparison = context.Quick ? null : Compare(context);
        var (network, history) = Train(context);
        using var trained = network;
        using var page = new PageFcn();
        WeightCopy.ByName(page, network);
        var (found, section) = Pages(context, page, history.Data);
        List<Score> scores = [new("digits found on pages", found), new("VGG-16's parameters, less the published", parameters - PublishedParameters, "N0")];
        var compared = new List<IReportElement>();
        if (comparison is { } both)
        {
            scores.Add(new("convolution against dense layer, relative difference", both.Difference, "0.0e0"));
            compared.Add(both.Section);
        }
        return new SystemResult(
            scores,
            [
                .. compared,
                section,
                CurvesSection.Create(history.History),
                NetworkSection.Create(Vgg16.Description),
                NetworkSection.Create(DigitFcn.Description),
            ]);
    }

    private static (double Difference, ReportSection Section) Compare(SystemContext context)
    {
        var picture = Planes.Cover(context.Data.Picture("chelsea.png"), 256, 288);
        var small = Planes.Of(picture.Crop(0, 0, 224, 224)).Values;
        float[] dense;
        using var convolutional = new ConvolutionalVgg16();
        var table = new DataTable("Network", "Picture", "Scores", "Time");
        using (var network = new Vgg16(context.Seed))
        {
            WeightCopy.ByName(convolutional, network);
            dense = Timed("dense layers", "224 × 224", "1,000", () => { using var s = network.CreateSession(1, context.Threads); return s.Classify(small); });
        }
        var same = Timed("convolutions", "224 × 224", "1,000 × 1 × 1", () => { using var s = convolutional.CreateSession(1, context.Threads); return s.Classify(small); });
        var difference = dense.Zip(same, (a, b) => Math.Abs(a - b)).Max() / dense.Max(Math.Abs);
        using var wide = new WideVgg16();
        WeightCopy.ByName(wide, convolutional);
        var map = Timed("convolutions", "256 × 288", "1,000 × 2 × 3", () => { using var s = wide.CreateSession(1, context.Threads); return s.Classify(Planes.Of(picture).Values); });
        var shown = Enumerable.Range(0, 1000).OrderByDescending(c => same[c]).Take(6).ToList();
        return (difference, new ReportSection(
            "The first dense layer as a global convolution",
            "7 × 7 × 512 inputs to 4,096 outputs are 4,096 kernels of 7 × 7 × 512. VGG-16 with weights drawn at random, on the same part of a picture; "
            + "and on the whole picture, where each place of the map is what the network says of the 224 × 224 pixels that it sees.")
            .Add(table)
            .Add(new MapGrid([.. shown.SelectMany(c => map.AsSpan(c * 6, 6).ToArray())], shown.Count, 2, 3)
            {
                Title = "Maps of the six highest scores",
                Alternative = "Six maps of 2 × 3 scores",
                Scale = 24,
            }));

        float[] Timed(string name, string size, string count, Func<float[]> predict)
        {
            var clock = Stopwatch.StartNew();
            var result = predict();
            table.AddRow(name, size, count, Invariant($"{clock.Elapsed.TotalSeconds:F1} s"));
            context.Say($"VGG-16, {name}, {size}: {clock.Elapsed.TotalSeconds:F1} s");
            return result;
        }
    }

    private static (DigitFcn Network, (History History, DataSource Data) History) Train(SystemContext context)
    {
        var data = ClassifierPage.Reduced(context, context.Data.Digits(), 1_000, 200);
        var (train, test) = (WithNone(data.Train, context.Seed), WithNone(data.Test, context.Seed + 1));
        var network = new DigitFcn(context.Seed);
        var history = network.Fit(train, new Adam(1.5e-3f), context.Size(2, 1), context.Fitting() with
        {
            Validation = test,
            Schedule = LearningRateSchedule.Cosine(),
        });
        return (network, (history, data));
    }

    /// <summary>Digits, and as eleventh class pieces of two digits with nothing or an edge in the middle.</summary>
    private static InMemoryDataset WithNone(InMemoryDataset digits, ulong seed)
    {
        const int Side = 28;
        var random = new RandomStream(seed, "none");
        var extra = digits.Count / 2;
        var pixels = new byte[(digits.Count + extra) * Side * Side];
        digits.Bytes.CopyTo(pixels);
        for (var i = 0; i < extra; i++)
        {
            var shift = 13 + (int)(14 * random.NextDouble());
            var isAcross = random.NextDouble() < 0.5;
            var (first, second) = ((int)(random.NextDouble() * digits.Count), (int)(random.NextDouble() * digits.Count));
            for (var p = 0; p < Side * Side; p++)
            {
                var along = isAcross ? p % Side : p / Side;
                // The end of one digit, and the beginning of the next.
                var (from, at) = along + shift < Side ? (first, along + shift) : (second, along + shift - Side);
                var source = isAcross ? p / Side * Side + at : at * Side + p % Side;
                pixels[(digits.Count + i) * Side * Side + p] = shift > 18 && from == second ? (byte)0 : digits.Bytes[from * Side * Side + source];
            }
        }
        return InMemoryDataset.FromBytes(pixels, [1, Side, Side], [.. digits.Labels.ToArray(), .. Enumerable.Repeat(None, extra)]);
    }

    private static (double Found, ReportSection Section) Pages(SystemContext context, PageFcn network, DataSource data)
    {
        const int PageCount = 20;
        var random = new RandomStream(context.Seed, "pages");
        using var session = network.CreateSession(1, context.Threads);
        var (right, all, shown) = (0, 0, new List<Picture>());
        for (var number = 0; number < PageCount; number++)
        {
            var page = new byte[Height * Width];
            var placed = new List<(int X, int Y, int Digit)>();
            // Each in a cell of its own, anywhere within it.
            for (var cell = 0; cell < 15; cell++)
            {
                var digit = (int)(random.NextDouble() * data.Test.Count);
                var (x, y) = (cell % 5 * 39 + (int)(11 * random.NextDouble()), cell / 5 * 46 + (int)(18 * random.NextDouble()));
                if (random.NextDouble() < 0.3)
                    continue;
                for (var p = 0; p < 784; p++)
                    page[(y + p / 28) * Width + x + p % 28] = data.Test.Bytes[digit * 784 + p];
                placed.Add((x, y, data.Test.Labels[digit]));
            }
            var map = session.Map(page);
            foreach (var (x, y, digit) in placed)
            {
                var (row, column) = ((int)Math.Round(y / (double)Stride), (int)Math.Round(x / (double)Stride));
                right += Best(map, Math.Min(row, MapHeight - 1), Math.Min(column, MapWidth - 1)).Class == digit ? 1 : 0;
                all++;
            }
            if (number < 3)
            {
                shown.Add(new Picture(new Image(Width, Height, 1, page), "A page of digits") { Caption = "page", Scale = 2 });
                shown.Add(new Picture(Segmented(page, map), "The page, coloured by class") { Caption = "coarse segmentation", Scale = 2 });
            }
        }
        return ((double)right / all, new ReportSection(
            "Coarse segmentation",
            "The net was trained on single digits of 28 × 28 and on what is none. On a page of 140 × 196 it gives 29 × 43 scores a class, one for each "
            + "window of 28 × 28, four pixels apart. Colours, from violet for 0 to yellow for 9: the class of the surest window that has a pixel in its middle, where the net is sure.")
            .Add(new ImageGrid { CellWidth = 392, Pictures = shown }));
    }

    private static (int Class, float Sure) Best(float[] map, int row, int column)
    {
        var best = Enumerable.Range(0, DigitFcnParts.Classes).MaxBy(c => map[(c * MapHeight + row) * MapWidth + column]);
        return (best, map[(best * MapHeight + row) * MapWidth + column]);
    }

    private static Image Segmented(byte[] page, float[] map)
    {
        var image = new Image(Width, Height, 3);
        for (var i = 0; i < page.Length; i++)
        {
            var (best, sure) = (None, 0.9f);
            foreach (var row in Around(i / Width, MapHeight))
            {
                foreach (var column in Around(i % Width, MapWidth))
                {
                    if (Best(map, row, column) is var window && window.Class != None && window.Sure > sure)
                        (best, sure) = window;
                }
            }
            var (red, green, blue) = best == None ? ((byte)0, (byte)0, (byte)0) : ColorMap.Viridis[best / 9.0];
            image.Pixels[3 * i] = Mix(red, page[i]);
            image.Pixels[3 * i + 1] = Mix(green, page[i]);
            image.Pixels[3 * i + 2] = Mix(blue, page[i]);
        }
        return image;

        // The windows of 28 that have a place in the middle half of theirs.
        static IEnumerable<int> Around(int place, int windows) =>
            Enumerable.Range(0, windows).Where(w => Math.Abs(place - w * Stride - 14) <= 7);

        static byte Mix(byte color, byte ink) => (byte)Math.Max(color * 0.8, ink);
    }
}
