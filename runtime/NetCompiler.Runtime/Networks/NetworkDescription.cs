using NetCompiler.Runtime;

namespace NetCompiler;

/// <summary>What is known of a network at build time.</summary>
/// <param name="Name">Its name: that of its class.</param>
/// <param name="Inputs">What it takes.</param>
/// <param name="Outputs">What it gives.</param>
/// <param name="Parameters">Its parameters, in the order in which they are declared and saved.</param>
/// <param name="Layers">Its named layers, in the order in which they run.</param>
/// <param name="Loss">What training makes small; null for a network that only predicts.</param>
/// <param name="VectorWidths">The vector widths that it was compiled for, in bits, widest first.</param>
public sealed record NetworkDescription(
    string Name,
    IReadOnlyList<TensorInfo> Inputs,
    IReadOnlyList<TensorInfo> Outputs,
    IReadOnlyList<ParameterInfo> Parameters,
    IReadOnlyList<LayerInfo> Layers,
    Loss? Loss,
    IReadOnlyList<int> VectorWidths)
{
    /// <summary>What training holds predictions against, where a method declares the loss; null elsewhere.</summary>
    public TensorInfo? Target { get; init; }

    /// <summary>The precision that it is declared with.</summary>
    public Precision Precision { get; init; }

    /// <summary>Number of parameters, running statistics included.</summary>
    public long ParameterCount
    {
        get
        {
            var count = 0L;
            foreach (var parameter in Parameters)
                count += parameter.Length;
            return count;
        }
    }

    /// <summary>
    /// A hash of what the network computes on: name, type and shape of each input, output, layer and parameter. Two networks with
    /// the same hash can read each other's weights. It is 64-bit FNV-1a, and the same on every machine.
    /// </summary>
    public ulong StructuralHash => NetCompiler.StructuralHash.Compute(this);

    /// <summary>The hash as it is written in files and summaries: 16 hexadecimal digits.</summary>
    public string StructuralHashText => StructuralHash.ToString("x16", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>
    /// The layers as a table: output shape, parameters, connections, multiply-adds, receptive field and activation bytes, for one
    /// sample, with totals. Plain text with box-drawing characters, lines separated by <c>\n</c>, the same under every culture.
    /// </summary>
    /// <returns>The table, with a line feed at its end.</returns>
    public string ToSummary() => NetworkSummary.Write(this, []);

    /// <summary>The layers as a table, and behind it the memory that passes need for activations.</summary>
    /// <param name="memory">What compiled code knows of it.</param>
    /// <returns>The table, with a line feed at its end.</returns>
    public string ToSummary(IReadOnlyList<PassMemory> memory)
    {
        ArgumentNullException.ThrowIfNull(memory);
        return NetworkSummary.Write(this, memory);
    }
}
