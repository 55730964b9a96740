using System.Globalization;
using NetCompiler;
using NetCompiler.Data;

namespace DigitsAot;

/// <summary>Sets of pictures in the format of MNIST.</summary>
internal static class IdxSet
{
    private const int Batch = 32;

    /// <summary>Prints a line for each picture, "index digit confidence"; with labels, the accuracy at the end.</summary>
    public static void Classify(string imagesPath, string? labelsPath)
    {
        var (pixels, count, rows, columns) = IdxReader.ReadImages(imagesPath);
        if ((rows, columns) != (Picture.Side, Picture.Side))
        {
            throw new MalformedFileException(
                imagesPath, "rows and columns", $"{Picture.Side} and {Picture.Side}", $"{rows} and {columns}");
        }

        var labels = labelsPath is null ? null : IdxReader.ReadLabels(labelsPath, count, imagesPath);
        using var classifier = new Classifier(Batch);
        var probabilities = new float[count * Classifier.Classes];
        classifier.Predict(pixels, probabilities);

        using var output = new StreamWriter(Console.OpenStandardOutput());
        var correct = 0;
        for (var i = 0; i < count; i++)
        {
            var (digit, confidence) = Classifier.Best(probabilities.AsSpan(i * Classifier.Classes, Classifier.Classes));
            output.Write(string.Create(CultureInfo.InvariantCulture, $"{i} {digit} {confidence:F4}\n"));
            if (labels is not null && labels[i] == digit)
                correct++;
        }

        if (labels is not null && count > 0)
            output.Write(string.Create(CultureInfo.InvariantCulture, $"accuracy={(double)correct / count:F4} images={count}\n"));
    }
}
