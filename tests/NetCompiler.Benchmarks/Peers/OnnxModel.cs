using System.Collections.Immutable;
using System.Runtime.InteropServices;
using NetCompiler.Training;

namespace NetCompiler.Benchmarks.Peers;

/// <summary>An ONNX model while it is written. Field numbers are those of onnx.proto.</summary>
internal sealed class OnnxModel
{
    private const int IrVersion = 9;
    private const int OperatorSet = 20;
    private const int FloatType = 1;
    private const int IntegerType = 7;

    private readonly ProtocolMessage _graph = new();
    private int _names;

    /// <summary>A name that no other value has.</summary>
    public string NewName(string hint) => $"{hint}_{_names++}";

    /// <summary>Adds a node with one result.</summary>
    /// <param name="type">The operator.</param>
    /// <param name="inputs">What it reads; empty names for optional inputs that are left out.</param>
    /// <param name="attributes">int, float, string or ImmutableArray of int.</param>
    /// <returns>The name of its result.</returns>
    public string Node(string type, ImmutableArray<string> inputs, params ReadOnlySpan<(string Name, object Value)> attributes) =>
        Nodes(type, inputs, 1, attributes)[0];

    /// <summary>Adds a node with several results.</summary>
    public ImmutableArray<string> Nodes(
        string type, ImmutableArray<string> inputs, int results, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        var node = new ProtocolMessage();
        foreach (var input in inputs)
            node.Text(1, input);
        ImmutableArray<string> outputs = [.. Enumerable.Range(0, results).Select(_ => NewName(type))];
        foreach (var output in outputs)
            node.Text(2, output);
        node.Text(4, type);
        foreach (var (name, value) in attributes)
            node.Message(5, Attribute(name, value));
        _graph.Message(1, node);
        return outputs;
    }

    /// <summary>Gives a value another name.</summary>
    public void Rename(string value, string name) => _graph.Message(1, new ProtocolMessage().Text(1, value).Text(2, name).Text(4, "Identity"));

    /// <summary>Adds a constant of floats.</summary>
    public string Floats(string hint, ReadOnlySpan<float> values, params ReadOnlySpan<int> shape) =>
        Tensor(hint, FloatType, MemoryMarshal.AsBytes(values), shape);

    /// <summary>Adds a constant of integers.</summary>
    public string Integers(string hint, params ReadOnlySpan<long> values) =>
        Tensor(hint, IntegerType, MemoryMarshal.AsBytes(values), values.Length);

    /// <summary>The file.</summary>
    /// <param name="input">Name and extents of what it reads.</param>
    /// <param name="output">Name and extents of what it computes.</param>
    public ReadOnlySpan<byte> ToBytes((string Name, ImmutableArray<int> Shape) input, (string Name, ImmutableArray<int> Shape) output)
    {
        _graph.Text(2, "network").Message(11, ValueInfo(input)).Message(12, ValueInfo(output));
        return new ProtocolMessage().Varint(1, IrVersion).Message(7, _graph)
            .Message(8, new ProtocolMessage().Text(1, "").Varint(2, OperatorSet)).Written;
    }

    private string Tensor(string hint, int type, ReadOnlySpan<byte> bytes, params ReadOnlySpan<int> shape)
    {
        var tensor = new ProtocolMessage();
        foreach (var extent in shape)
            tensor.Varint(1, extent);
        var name = NewName(hint);
        _graph.Message(5, tensor.Varint(2, type).Text(8, name).Bytes(9, bytes));
        return name;
    }

    private static ProtocolMessage Attribute(string name, object value)
    {
        var attribute = new ProtocolMessage().Text(1, name);
        switch (value)
        {
            case float number:
                return attribute.Single(2, number).Varint(20, 1);
            case int integer:
                return attribute.Varint(3, integer).Varint(20, 2);
            case string text:
                return attribute.Text(4, text).Varint(20, 3);
            case ImmutableArray<int> integers:
                foreach (var integer in integers)
                    attribute.Varint(8, integer);
                return attribute.Varint(20, 7);
            default:
                throw new ArgumentException($"Attribute '{name}' cannot be a {value.GetType().Name}.", nameof(value));
        }
    }

    private static ProtocolMessage ValueInfo((string Name, ImmutableArray<int> Shape) value)
    {
        var shape = new ProtocolMessage();
        foreach (var extent in value.Shape)
            shape.Message(1, new ProtocolMessage().Varint(1, extent));
        var tensor = new ProtocolMessage().Varint(1, FloatType).Message(2, shape);
        return new ProtocolMessage().Text(1, value.Name).Message(2, new ProtocolMessage().Message(1, tensor));
    }
}
