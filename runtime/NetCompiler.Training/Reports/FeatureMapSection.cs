using NetCompiler.Training.Data;

namespace NetCompiler.Training.Reports;

/// <summary>What a network's layers make of a sample.</summary>
public static class FeatureMapSection
{
    private const int MostBars = 20;
    private const int PictureSize = 140;

    /// <summary>Makes the section: the output of every layer that changes numbers, and the classes' probabilities.</summary>
    /// <param name="network">The network.</param>
    /// <param name="data">The data set that the sample is from.</param>
    /// <param name="index">Which sample.</param>
    /// <param name="classNames">What the classes are called; null for numbers.</param>
    /// <exception cref="ArgumentException">The data set does not fit the network.</exception>
    public static ReportSection Create(Network network, IDataset data, int index, IReadOnlyList<string>? classNames = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(data);
        var definition = network.Definition;
        var batch = new BatchBuffer(network, data, 1);
        batch.Fill([index]);
        using var probe = new LayerProbe(network);
        var outputs = probe.Predict(batch);

        var section = new ReportSection(
            "A sample through the layers",
            $"Sample {ReportText.Count(index)} of the test set, and what each layer makes of it. Signed numbers are blue, white and red; "
            + "where none is less than zero, they go from dark to bright.");
        section.Add(Beginning(definition, data, batch, index, outputs, classNames));
        foreach (var layer in definition.Layers)
        {
            // These hand on what they get.
            if (layer.Kind is not ("Flatten" or "Dropout"))
                section.Add(Maps(layer, probe.Value(layer)));
        }
        return section;
    }

    private static MapGrid Maps(LayerInfo layer, ReadOnlySpan<float> values)
    {
        var isMap = layer.OutputShape.Count == 3;
        var (count, height, width) = isMap ? (layer.OutputShape[0], layer.OutputShape[1], layer.OutputShape[2]) : (values.Length, 1, 1);
        var shape = isMap ? $"{ReportText.Count(count)} maps of {ReportText.Shape([height, width])}" : $"{ReportText.Count(count)} numbers";
        return new MapGrid(values, count, height, width)
        {
            Title = layer.Name,
            Subtitle = $"{layer.Kind}, {shape}",
            Alternative = $"Output of {layer.Name}: {shape} as colours",
        };
    }

    private static Columns Beginning(
        NetworkDescription network,
        IDataset data,
        BatchBuffer batch,
        int index,
        ReadOnlySpan<float> outputs,
        IReadOnlyList<string>? classNames)
    {
        var names = classNames ?? ConfusionMatrix.Numbers(outputs.Length);
        var truth = batch.HasLabels ? names[batch.Labels[0]] : null;
        var elements = new List<IReportElement>();
        if (SampleImage.IsPicture(data.Inputs[0].Shape))
        {
            var image = SampleImage.Create(data, index);
            elements.Add(new ImageGrid
            {
                Title = "Input",
                Subtitle = ReportText.Shape(data.Inputs[0].Shape) + (truth is null ? "" : $", of class {truth}"),
                Pictures =
                [
                    new Picture(image, truth is null ? $"Sample {index}" : $"Sample {index}, of class {truth}")
                    {
                        Scale = Math.Max(1, PictureSize / Math.Max(image.Width, image.Height)),
                    },
                ],
            });
        }
        if (network.Layers is [.., { Kind: "Softmax" }] && outputs.Length <= MostBars)
        {
            elements.Add(new BarList
            {
                Title = "Prediction",
                Subtitle = $"{names[Accuracy.ArgMax(outputs)]}, with {ReportText.Percent(outputs[Accuracy.ArgMax(outputs)], 1)}",
                Bars = [.. names.Zip(outputs.ToArray(), (name, part) => (name, (double)part))],
            });
        }
        return new Columns(elements);
    }
}
