using Gallery.Running;
using NetCompiler;
using NetCompiler.Training;
using static NetCompiler.Layers;

namespace Gallery.Pictures;

/// <summary>A classifier of small pictures in colours, from which others take what it has learned to see.</summary>
[Network]
public sealed partial class ColorClassifier
{
    [Forward]
    private static Tensor Classify([Shape(3, 32, 32, Type = ElementType.UInt8, Scale = 1f / 255f)] Tensor picture)
    {
        var (_, _, third) = PictureFeatures.Of(picture);
        return Dense(Dropout(Flatten(AveragePool(third, 2)), 0.3), 10);
    }

    [Loss]
    private static Tensor Cost(Tensor scores, [Labels] Tensor labels) => CrossEntropy(scores, labels);

    /// <summary>Trains one.</summary>
    /// <param name="context">Data, seed, and how large the run is.</param>
    /// <returns>The network, and its accuracy on the test set.</returns>
    internal static (ColorClassifier Network, double Accuracy) Train(SystemContext context)
    {
        var data = ClassifierPage.Reduced(context, context.Data.ColorPictures(), train: 500, test: 100);
        var network = new ColorClassifier(context.Seed);
        var history = network.Fit(data.Train, new Adam(1.5e-3f), context.Size(8, 1), context.Fitting() with
        {
            Validation = data.Test,
            Schedule = LearningRateSchedule.Cosine(),
        });
        return (network, history.Last!.ValidationAccuracy);
    }
}
