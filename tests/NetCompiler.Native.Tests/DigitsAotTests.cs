using System.Buffers.Binary;
using System.Globalization;
using Digits;
using NetCompiler.Imaging;
using NetCompiler.Native.Tests.FakeCuda;
using NetCompiler.Training;
using NetCompiler.Training.Data;

namespace NetCompiler.Native.Tests;

/// <summary>The NativeAOT program of samples/DigitsAot: what is published, and what it says.</summary>
public sealed class DigitsAotTests(PublishedProgram program) : IClassFixture<PublishedProgram>
{
    private const int Side = 28;
    private const int LargestProgram = 4 << 20;
    private const int LargestKernels = 3 << 19;

    private static readonly InMemoryDataset s_digits = SyntheticDigits.Create(500, seed: 7);

    [NativeFact]
    public void One_small_file_is_published()
    {
        var files = Directory.GetFiles(Path.GetDirectoryName(program.Native)!).Select(Path.GetFileName)
            .Where(name => Path.GetExtension(name) is not (".dbg" or ".pdb"));

        Assert.Equal(["DigitsAot"], files);
        Assert.InRange(new FileInfo(program.Native).Length, 1, LargestProgram);
    }

    [NativeTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_set_is_classified_as_CSharp_does(bool isV2)
    {
        using var network = DigitNet.Load(typeof(DigitsAotTests).Assembly, "DigitNet.safetensors");
        var scores = network.Predict(s_digits.Bytes);
        var expected = Enumerable.Range(0, s_digits.Count).Select(i => Accuracy.ArgMax(scores.AsSpan(i * 10, 10))).ToArray();
        var correct = expected.Where((digit, i) => digit == s_digits.Labels[i]).Count();

        var outcome = Run(isV2, "--idx", WriteImages("images"), WriteLabels("labels"));

        var lines = outcome.Output.TrimEnd('\n').Split('\n');
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        Assert.Equal(expected.Select((digit, i) => $"{i} {digit}"), lines[..^1].Select(line => line[..line.LastIndexOf(' ')]));
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"accuracy={(double)correct / s_digits.Count:F4} images=500"), lines[^1]);
    }

    [NativeFact]
    public void Ink_on_paper_is_read_like_light_on_dark()
    {
        var like = Save(new Image(Side, Side, 1, s_digits.Bytes[..(Side * Side)].ToArray()), "like-mnist.png");
        var onPaper = Save(OnPaper(s_digits.Bytes[..(Side * Side)]), "on-paper.png");

        var outcome = Run(isV2: false, like, onPaper);

        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        var answers = outcome.Output.TrimEnd('\n').Split('\n');
        Assert.Equal([like, onPaper], answers.Select(answer => answer.Split(": ")[0]));
        Assert.All(answers, answer => Assert.Matches($@": {s_digits.Labels[0]} \(\d+\.\d%\)$", answer));
    }

    [NativeFact]
    public void A_file_that_is_no_picture_does_not_keep_others_from_being_read()
    {
        var picture = Save(new Image(Side, Side, 1, s_digits.Bytes[..(Side * Side)].ToArray()), "good.png");
        var damaged = Path.Combine(program.Folder, "damaged.png");
        File.WriteAllBytes(damaged, File.ReadAllBytes(picture)[..100]);

        var outcome = Run(isV2: false, "nowhere.png", damaged, picture);

        Assert.Equal(1, outcome.Code);
        Assert.StartsWith($"{picture}: {s_digits.Labels[0]} (", outcome.Output, StringComparison.Ordinal);
        var errors = outcome.Error.TrimEnd('\n').Split('\n');
        Assert.Equal(2, errors.Length);
        Assert.Contains("nowhere.png", errors[0], StringComparison.Ordinal);
        Assert.Contains(damaged, errors[1], StringComparison.Ordinal);
    }

    [NativeFact]
    public void A_command_line_that_is_not_understood_is_refused()
    {
        Assert.Equal(2, Run(isV2: false).Code);
        Assert.Equal(2, Run(isV2: false, "--idx").Code);
        Assert.Equal((2, ""), (Run(isV2: false, "--fast").Code, Run(isV2: false, "--fast").Output));
        Assert.Equal(1, Run(isV2: false, "--idx", WriteLabels("not-images")).Code);
    }

    [NativeFact]
    public void The_benchmark_says_which_vectors_it_uses()
    {
        using var network = new DigitNet();

        Assert.Contains($"vector width: {network.VectorBits} bits", Run(isV2: false, "--bench").Output, StringComparison.Ordinal);
        Assert.Contains("vector width: 128 bits", Run(isV2: true, "--bench").Output, StringComparison.Ordinal);
    }

    [NativeFact]
    public void Kernels_for_gpus_make_it_little_larger_and_change_nothing_without_one()
    {
        Assert.InRange(new FileInfo(program.Cuda).Length - new FileInfo(program.Native).Length, 1, LargestKernels);
        var content = File.ReadAllBytes(program.Cuda).AsSpan();
        Assert.True(content.IndexOf(".visible .entry Network("u8) > 0);
        // What nobody can train carries no kernels for it.
        Assert.True(content.IndexOf("Conv2WeightGradient("u8) < 0);
        string[] arguments = ["--idx", WriteImages("images"), WriteLabels("labels")];
        Assert.Equal(Tool.Run(program.Native, arguments), Tool.Run(program.Cuda, arguments));
    }

    [NativeFact]
    public void With_a_driver_the_kernels_are_launched()
    {
        var log = Path.Combine(program.Folder, "cuda.log");
        var outcome = RunOnFake([("FAKE_CUDA_LOG", log)], "--idx", WriteImages("images"));
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        Assert.Equal(Enumerable.Range(0, s_digits.Count).Select(i => $"{i} 7 1.0000"), outcome.Output.TrimEnd('\n').Split('\n'));
        // 15 parts of 32 and one of 20, of one kernel each. Parts take turns with two sets of memory: each set's first one of 32 is launched, those after
        // it are replayed.
        Assert.Equal("held=0 launched=16 replayed=13\n", File.ReadAllText(log));
        Assert.Contains("device: fake GPU 0", RunOnFake([], "--bench").Output, StringComparison.Ordinal);
    }

    [NativeTheory]
    [InlineData("module", "fake GPU 0 refuses the kernels: a PTX JIT compilation failed (218). line 7: unknown symbol")]
    [InlineData("function", "CUDA could not find the kernel Network: an error (500).")]
    [InlineData("Network", "its kernel Network, 1×1×1 groups of 256×1×1 threads: CUDA could not launch it: too many resources requested for launch (701).")]
    public void What_a_driver_refuses_is_said(string what, string message)
    {
        var log = Path.Combine(program.Folder, $"{what}.log");
        var outcome = RunOnFake([("FAKE_CUDA_REFUSES", what), ("FAKE_CUDA_LOG", log)], Save(new Image(Side, Side, 1), "black.png"));
        Assert.Equal((1, ""), (outcome.Code, outcome.Output));
        Assert.EndsWith(message + "\n", outcome.Error, StringComparison.Ordinal);
        Assert.StartsWith("held=0 ", File.ReadAllText(log), StringComparison.Ordinal);
    }

    [EmulatorFact]
    public void A_processor_below_the_level_gets_one_line()
    {
        var outcome = Tool.Run(EmulatorFactAttribute.Emulator, "-cpu", "core2duo", program.V2, "--help");

        Assert.Equal((1, ""), (outcome.Code, outcome.Output));
        // QEMU warns of what it cannot imitate.
        var line = Assert.Single(outcome.Error.TrimEnd('\n').Split('\n'), line => !line.Contains("warning:", StringComparison.Ordinal));
        Assert.StartsWith(
            "DigitsAot: this build (NetCompilerAotLevel=v2) needs instructions that this processor lacks", line, StringComparison.Ordinal);
    }

    /// <summary>Dark ink, five times as large, somewhere on a page of light grey.</summary>
    private static Image OnPaper(ReadOnlySpan<byte> digit)
    {
        const int Scale = 5;
        var page = new Image(400, 300, 1);
        page.Pixels.Fill(230);
        for (var y = 0; y < Side * Scale; y++)
        {
            for (var x = 0; x < Side * Scale; x++)
                page[x + 170, y + 40] = (byte)(230 - digit[y / Scale * Side + x / Scale] * 4 / 5);
        }

        return page;
    }

    private Tool.Outcome Run(bool isV2, params string[] arguments) => Tool.Run(isV2 ? program.V2 : program.Native, arguments);

    private Tool.Outcome RunOnFake((string Name, string Value)[] environment, params string[] arguments) =>
        Tool.RunIn("", program.Cuda, arguments,
            [.. environment, ("LD_LIBRARY_PATH", Path.GetDirectoryName(FakeDriver.Build(program.Folder))!)]);

    private string Save(Image image, string name)
    {
        var path = Path.Combine(program.Folder, name);
        image.SavePng(path);
        return path;
    }

    private string WriteImages(string name) => WriteIdx(name, [s_digits.Count, Side, Side], s_digits.Bytes);

    private string WriteLabels(string name) =>
        WriteIdx(name, [s_digits.Count], [.. s_digits.Labels.ToArray().Select(label => (byte)label)]);

    private string WriteIdx(string name, int[] extents, ReadOnlySpan<byte> data)
    {
        var bytes = new byte[4 + 4 * extents.Length + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(bytes, 0x800 + extents.Length);
        for (var i = 0; i < extents.Length; i++)
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4 + 4 * i), extents[i]);
        data.CopyTo(bytes.AsSpan(4 + 4 * extents.Length));
        var path = Path.Combine(program.Folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
