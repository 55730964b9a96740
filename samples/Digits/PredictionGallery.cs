using System.Globalization;
using NetCompiler;
using NetCompiler.Training;
using NetCompiler.Training.Data;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Digits;

/// <summary>A handful of test samples with what the network takes them for: the first few, and the first few that it gets wrong.</summary>
internal static class PredictionGallery
{
    private const int FirstOnes = 4;
    private const int WrongOnes = 4;

    public static IRenderable Create(Network network, DataSource source, IReadOnlyCapabilities capabilities)
    {
        var test = source.Test;
        var pixels = test.Bytes.Length / Math.Max(1, test.Count);
        var scores = network.Predict(test.Bytes);
        var classes = scores.Length / Math.Max(1, test.Count);

        var chosen = Enumerable.Range(0, Math.Min(FirstOnes, test.Count)).ToList();
        for (var i = FirstOnes; i < test.Count && chosen.Count < FirstOnes + WrongOnes; i++)
        {
            if (Accuracy.ArgMax(scores.AsSpan(i * classes, classes)) != test.Labels[i])
                chosen.Add(i);
        }
        return new Columns(chosen.Select(i =>
        {
            var score = scores.AsSpan(i * classes, classes);
            var predicted = Accuracy.ArgMax(score);
            var isRight = predicted == test.Labels[i];
            var caption = new Text(
                Caption(source.ClassNames, predicted, test.Labels[i], score[predicted]), new Style(isRight ? Color.Green : Color.Red));
            return new Rows(Draw(test.Bytes.Slice(i * pixels, pixels), capabilities), caption, new Text(""));
        }))
        { Expand = false };
    }

    private static string Caption(IReadOnlyList<string> names, int predicted, int actual, float confidence)
    {
        var percent = (confidence * 100).ToString("F1", CultureInfo.InvariantCulture);
        return predicted == actual ? $"{names[predicted]} ({percent}%)" : $"{names[predicted]} ({percent}%), is {names[actual]}";
    }

    private static Paragraph Draw(ReadOnlySpan<byte> pixels, IReadOnlyCapabilities capabilities)
    {
        var width = (int)Math.Sqrt(pixels.Length);
        var picture = new Paragraph();
        for (var y = 0; y < width; y += 2)
        {
            if (y > 0)
                picture.Append("\n");
            for (var x = 0; x < width; x++)
                Append(picture, capabilities, pixels[y * width + x], y + 1 < width ? pixels[(y + 1) * width + x] : (byte)0);
        }
        return picture;
    }

    /// <summary>Two pixels, one above the other, as a character: shades where the terminal has colours, else ink or none.</summary>
    private static void Append(Paragraph picture, IReadOnlyCapabilities capabilities, byte upper, byte lower)
    {
        if (capabilities is { ColorSystem: >= ColorSystem.EightBit, Unicode: true })
            picture.Append("▀", new Style(new Color(upper, upper, upper), new Color(lower, lower, lower)));
        else if (capabilities.Unicode)
            picture.Append((upper > 127, lower > 127) switch { (true, true) => "█", (true, _) => "▀", (_, true) => "▄", _ => " " });
        else
            picture.Append((upper > 127, lower > 127) switch { (true, true) => "#", (true, _) => "\"", (_, true) => "_", _ => " " });
    }
}
