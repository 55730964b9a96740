using System.Globalization;
using NetCompiler;

namespace DigitsAot;

/// <summary>What the command line asks for, done.</summary>
internal static class Command
{
    private const string Usage = """
        Says which handwritten digit a picture shows.

          DigitsAot PICTURE...              PNG, PGM or PPM; dark ink on light paper, or light on dark
          DigitsAot --idx IMAGES [LABELS]   files in the format of MNIST, plain or .gz; with labels, prints the accuracy
          DigitsAot --bench                 time of a prediction

        A picture of 28 x 28 is taken as it is; any other is cut to its ink and centred, as the pictures of MNIST were.
        Exit status: 0, 1 where a file could not be read or a GPU failed, 2 where the command line was not understood.
        """;

    public static int Run(string[] args)
    {
        try
        {
            switch (args)
            {
                case []:
                    Console.Error.WriteLine(Usage);
                    return 2;
                case ["--help" or "-h"]:
                    Console.WriteLine(Usage);
                    return 0;
                case ["--bench"]:
                    Benchmark.Run();
                    return 0;
                case ["--idx", var images]:
                    IdxSet.Classify(images, labelsPath: null);
                    return 0;
                case ["--idx", var images, var labels]:
                    IdxSet.Classify(images, labels);
                    return 0;
            }

            foreach (var arg in args)
            {
                if (!arg.StartsWith("--", StringComparison.Ordinal))
                    continue;
                Console.Error.WriteLine($"error: {arg} is not understood here; --help says what is.");
                return 2;
            }

            return ClassifyPictures(args);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or DeviceException)
        {
            Console.Error.WriteLine($"error: {exception.Message}");
            return 1;
        }
    }

    /// <summary>One line for each picture; one that cannot be read does not keep the others from being read.</summary>
    private static int ClassifyPictures(string[] paths)
    {
        using var classifier = new Classifier();
        var status = 0;
        foreach (var path in paths)
        {
            try
            {
                var (digit, confidence) = classifier.Classify(Picture.Load(path));
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{path}: {digit} ({confidence * 100:F1}%)"));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                Console.Error.WriteLine($"error: {exception.Message}");
                status = 1;
            }
        }

        return status;
    }
}
