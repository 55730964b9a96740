namespace NetCompiler.Training.Reports;

/// <summary>What a network's convolutions look for.</summary>
public static class FilterSection
{
    private const int MostFilters = 64;
    private const int MostChannels = 64;

    /// <summary>Makes the section: the weights of the first convolutions.</summary>
    /// <param name="network">The network.</param>
    /// <param name="layers">How many convolutions at most.</param>
    public static ReportSection Create(Network network, int layers = 2)
    {
        ArgumentNullException.ThrowIfNull(network);
        var section = new ReportSection(
            "Learned filters",
            "The weights of the convolutions: where the input is bright under red and dark under blue, the filter answers. White is zero.");
        foreach (var parameter in network.Definition.Parameters.Where(p => p.Shape.Count == 4).Take(layers))
            section.Add(Create(network.Parameter(parameter.Name)));
        return section;
    }

    /// <summary>Makes a figure of the weights of a convolution.</summary>
    /// <param name="weight">Weights (out, in, height, width).</param>
    /// <exception cref="ArgumentException">The weights have another number of axes.</exception>
    public static MapGrid Create(ParameterView weight)
    {
        if (weight.Shape is not [var filters, var channels, var height, var width])
            throw new ArgumentException($"Filters: expected weights (out, in, height, width), found {weight}.", nameof(weight));
        var (shownFilters, shownChannels) = (Math.Min(filters, MostFilters), Math.Min(channels, MostChannels));
        var size = height * width;
        var values = weight.Values;
        // A column for each filter, a row for each channel.
        var maps = new float[shownFilters * shownChannels * size];
        for (var c = 0; c < shownChannels; c++)
        {
            for (var f = 0; f < shownFilters; f++)
                values.Slice((f * channels + c) * size, size).CopyTo(maps.AsSpan((c * shownFilters + f) * size));
        }
        var shown = (filters, channels) == (shownFilters, shownChannels)
            ? ""
            : $" Shown are the first {shownFilters} filters and the first {shownChannels} channels.";
        var many = shownChannels > 1;
        return new MapGrid(maps, shownFilters * shownChannels, height, width)
        {
            Title = weight.Name,
            Subtitle = $"{ReportText.Count(filters)} filters of {ReportText.Shape([channels, height, width])}",
            ColumnCount = many ? shownFilters : 0,
            Scale = many ? Math.Clamp(960 / (shownFilters * width), 1, 12) : 0,
            Alternative = $"{ReportText.Count(filters)} filters of {ReportText.Shape([channels, height, width])}, their weights as colours",
            Caption = (many
                ? "A column is a filter, a row the channel of the layer before that this part of it reads."
                : "Each square is a filter.") + shown,
        };
    }
}
