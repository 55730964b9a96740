using NetCompiler;

namespace Gallery.Pictures;

/// <summary>Copies weights between networks that have layers of the same names.</summary>
internal static class WeightCopy
{
    /// <summary>Copies what the other network has under the same name; where layers stand in methods, their own names count.</summary>
    /// <param name="to">The network that is written to. All of its parameters have to be found.</param>
    /// <param name="from">The network that is read.</param>
    public static void ByName(Network to, Network from)
    {
        foreach (var parameter in to.Definition.Parameters)
        {
            var source = from.Definition.Parameters.Single(p => LayerAndPart(p.Name) == LayerAndPart(parameter.Name));
            // A dense layer and a convolution over all of its input have the same weights in the same order.
            to.Parameter(parameter.Name).CopyFrom(from.Parameter(source.Name).Values);
        }
    }

    /// <summary>"classify.features1.weight" is "features1.weight".</summary>
    private static string LayerAndPart(string name) => string.Join('.', name.Split('.')[^2..]);
}
