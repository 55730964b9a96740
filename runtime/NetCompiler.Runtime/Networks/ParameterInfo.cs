namespace NetCompiler;

/// <summary>What is known of a parameter tensor at build time.</summary>
/// <param name="Name">Its name in files, such as <c>conv1.weight</c>.</param>
/// <param name="Shape">Its extents in canonical order: (out, in, height, width) for convolutions, (out, in) for dense layers.</param>
/// <param name="Offset">Where it begins in the network's parameters, in floats.</param>
/// <param name="Initializer">What it begins as.</param>
/// <param name="FanIn">Inputs that one output depends on, for the initialiser.</param>
/// <param name="FanOut">Outputs that one input has influence on, for the initialiser.</param>
/// <param name="Trainable">False for what no gradient changes, such as running statistics.</param>
/// <param name="InitialValue">What it begins as, for <see cref="Initializer.Constant"/>.</param>
public sealed record ParameterInfo(
    string Name,
    IReadOnlyList<int> Shape,
    int Offset,
    Initializer Initializer,
    int FanIn,
    int FanOut,
    bool Trainable,
    float InitialValue = 0)
{
    /// <summary>Number of values: the product of the extents.</summary>
    /// <exception cref="OverflowException">The product is beyond what an array holds.</exception>
    public int Length
    {
        get
        {
            var length = 1;
            foreach (var extent in Shape)
                length = checked(length * extent);
            return length;
        }
    }
}
