namespace NetCompiler.Training.Reports;

/// <summary>What a network consists of.</summary>
public static class NetworkSection
{
    /// <summary>Makes the section: a table of the layers.</summary>
    /// <param name="network">The network's description.</param>
    public static ReportSection Create(NetworkDescription network)
    {
        ArgumentNullException.ThrowIfNull(network);
        var input = network.Inputs[0];
        var table = new DataTable("Layer", "Kind", "Output shape", "Parameters", "Multiply-adds", "Receptive field");
        foreach (var layer in network.Layers)
        {
            table.AddRow(
                layer.Name,
                layer.Kind,
                ReportText.Shape(layer.OutputShape),
                layer.Parameters == 0 ? "–" : ReportText.Count(layer.Parameters),
                layer.MultiplyAdds == 0 ? "–" : ReportText.Count(layer.MultiplyAdds),
                ReportText.Count(layer.ReceptiveField));
        }
        table.SetTotal(
            "Total",
            "",
            "",
            ReportText.Count(network.ParameterCount),
            ReportText.Count(network.Layers.Sum(l => l.MultiplyAdds)),
            "");
        return new ReportSection(
            "The network",
            $"{network.Name} takes {ReportText.Shape(input.Shape)} {input.Type} and gives {ReportText.Shape(network.Outputs[0].Shape)} "
            + "numbers. Multiply-adds are for one sample, by the direct algorithm; a receptive field is how many pixels wide a part of the "
            + "input one value of the layer sees.").Add(table);
    }
}
