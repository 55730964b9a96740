using System.Collections.Immutable;

namespace NetCompiler.Benchmarks.Peers;

/// <summary>Writes a network with its weights as an ONNX model, for a batch of a fixed size: what ONNX Runtime optimises best.</summary>
internal sealed class OnnxExport
{
    /// <summary>What the model reads.</summary>
    public const string Input = "x";

    /// <summary>What it computes.</summary>
    public const string Output = "y";

    private readonly DeclaredNetwork _declared;
    private readonly Network _network;
    private readonly int _batch;
    private readonly OnnxModel _model = new();
    private readonly List<string> _values = [];

    private OnnxExport(DeclaredNetwork declared, Network network, int batch)
    {
        _declared = declared;
        _network = network;
        _batch = batch;
    }

    /// <summary>The model's file.</summary>
    public static byte[] ToBytes(DeclaredNetwork declared, Network network, int batch) => new OnnxExport(declared, network, batch).Write();

    private byte[] Write()
    {
        foreach (var layer in _declared.Layers)
            _values.Add(layer.Kind == "Input" ? Input : Node(layer, [.. layer.Inputs.Select(input => _values[input])]));
        var result = _declared.Layers[_declared.Result];
        _model.Rename(_values[_declared.Result], Output);
        return _model.ToBytes((Input, [_batch, .. _declared.Layers[0].Shape]), (Output, [_batch, .. result.Shape])).ToArray();
    }

    private string Node(DeclaredLayer layer, ImmutableArray<string> x) => layer.Kind switch
    {
        "Conv" => _model.Node("Conv", [x[0], .. Weights(layer)], ("kernel_shape", layer.Pair("Kernel")), ("strides", layer.Pair("Stride")),
            ("pads", Pads(layer)), ("dilations", layer.Pair("Dilation")), ("group", layer.Arguments.Int("Groups"))),
        "BatchNorm" => _model.Node("BatchNormalization",
            [x[0], Parameter(layer, "weight"), Parameter(layer, "bias"), Parameter(layer, "running_mean"), Parameter(layer, "running_var")],
            ("epsilon", (float)layer.Arguments.Double("Epsilon"))),
        "Relu" or "Sigmoid" or "Tanh" or "Add" => _model.Node(layer.Kind, x),
        "Gelu" => _model.Node("Gelu", x),
        "Softmax" => _model.Node("Softmax", x, ("axis", -1)),
        "Clip" => _model.Node("Clip", [x[0], Number((float)layer.Arguments.Double("Min")), Number((float)layer.Arguments.Double("Max"))]),
        "MaxPool" => Pool("MaxPool", layer, x),
        "AveragePool" => Pool("AveragePool", layer, x),
        "GlobalAveragePool" => _model.Node("Flatten", [_model.Node("GlobalAveragePool", x)], ("axis", 1)),
        "Flatten" => _model.Node("Flatten", x, ("axis", 1)),
        "Dense" => Dense(layer, x[0], "weight", "bias", _declared.Layers[layer.Inputs[0]].Shape.Length),
        "LayerNorm" => _model.Node("LayerNormalization", [x[0], Parameter(layer, "weight"), Parameter(layer, "bias")],
            ("axis", -1), ("epsilon", (float)layer.Arguments.Double("Epsilon"))),
        "Reshape" => Reshape(x[0], [.. layer.Shape]),
        "Transpose" => _model.Node("Transpose", x, ("perm", ImmutableArray.Create(0, 2, 1))),
        "Slice" => Slice(x[0], layer.Arguments.Int("Axis") + 1, layer.Arguments.Int("Start"), layer.Arguments.Int("Size")),
        "PositionEmbedding" => _model.Node("Add", [x[0], Parameter(layer, "weight")]),
        "ClassToken" => _model.Node("Concat", [ClassToken(layer), x[0]], ("axis", 1)),
        "MultiHeadAttention" => Attention(layer, x[0]),
        "Lstm" => Recurrent(layer, x[0], "LSTM", [0, 3, 1, 2]),
        "Gru" => Recurrent(layer, x[0], "GRU", [1, 0, 2]),
        _ => throw new NotSupportedException($"{layer.Kind} '{layer.Name}': it is not written as ONNX yet."),
    };

    private IEnumerable<string> Weights(DeclaredLayer layer) => layer.Arguments.Bool("Bias", true)
        ? [Parameter(layer, "weight"), Parameter(layer, "bias")]
        : [Parameter(layer, "weight")];

    private static ImmutableArray<int> Pads(DeclaredLayer layer)
    {
        var padding = layer.Pair("Padding");
        return [.. padding, .. padding];
    }

    private string Pool(string type, DeclaredLayer layer, ImmutableArray<string> x)
    {
        var (window, stride) = (layer.Pair("Window"), layer.Pair("Stride"));
        return _model.Node(type, x, ("kernel_shape", window), ("strides", stride[0] == 0 ? window : stride), ("pads", Pads(layer)),
            ("ceil_mode", layer.Arguments.Bool("Ceil", false) ? 1 : 0));
    }

    private string Dense(DeclaredLayer layer, string x, string weight, string bias, int rank)
    {
        if (rank == 1)
        {
            ImmutableArray<string> gemm = [x, Parameter(layer, weight), Parameter(layer, bias)];
            return _model.Node("Gemm", gemm, ("transB", 1));
        }

        var view = _network.Parameter($"{layer.Name}.{weight}");
        var (rows, columns) = (view.Info.Shape[0], view.Info.Shape[1]);
        var transposed = new float[rows * columns];
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
                transposed[column * rows + row] = view.Values[row * columns + column];
        }

        var product = _model.Node("MatMul", [x, _model.Floats(weight, transposed, columns, rows)]);
        return _model.Node("Add", [product, Parameter(layer, bias)]);
    }

    private string Reshape(string x, ImmutableArray<int> shape) =>
        _model.Node("Reshape", [x, _model.Integers("shape", [_batch, .. shape.Select(extent => (long)extent)])]);

    private string Slice(string x, int axis, int start, int size) => _model.Node("Slice",
        [x, _model.Integers("starts", start), _model.Integers("ends", start + size), _model.Integers("axes", axis)]);

    private string ClassToken(DeclaredLayer layer)
    {
        var token = _network.Parameter($"{layer.Name}.weight").Values;
        var all = new float[_batch * token.Length];
        for (var i = 0; i < _batch; i++)
            token.CopyTo(all.AsSpan(i * token.Length));
        return _model.Floats("token", all, _batch, 1, token.Length);
    }

    private string Attention(DeclaredLayer layer, string x)
    {
        var (steps, width, heads) = (layer.Shape[0], layer.Shape[1], layer.Arguments.Int("Heads"));
        var all = Dense(layer, x, "in_proj_weight", "in_proj_bias", 2);
        var parts = _model.Nodes("Split", [all], 3, ("axis", 2), ("num_outputs", 3));
        var query = Heads(parts[0], [0, 2, 1, 3]);
        var scores = _model.Node("MatMul", [query, Heads(parts[1], [0, 2, 3, 1])]);
        var scaled = _model.Node("Mul", [scores, Number((float)(1 / Math.Sqrt(width / heads)))]);
        var context = _model.Node("MatMul", [_model.Node("Softmax", [scaled], ("axis", -1)), Heads(parts[2], [0, 2, 1, 3])]);
        var merged = Reshape(_model.Node("Transpose", [context], ("perm", ImmutableArray.Create(0, 2, 1, 3))), [steps, width]);
        return Dense(layer, merged, "out_proj.weight", "out_proj.bias", 2);

        string Heads(string value, ImmutableArray<int> order) =>
            _model.Node("Transpose", [Reshape(value, [steps, heads, width / heads])], ("perm", order));
    }

    // ONNX has the steps first, and gates in an order of its own.
    private string Recurrent(DeclaredLayer layer, string x, string type, ImmutableArray<int> gates)
    {
        var units = layer.Arguments.Int("Units");
        var inputs = _declared.Layers[layer.Inputs[0]].Shape[1];
        var sequence = _model.Node("Transpose", [x], ("perm", ImmutableArray.Create(1, 0, 2)));
        var weights = _model.Floats("w", Gates("weight_ih_l0", inputs), 1, gates.Length * units, inputs);
        var recurrence = _model.Floats("r", Gates("weight_hh_l0", units), 1, gates.Length * units, units);
        var biases = _model.Floats("b", [.. Gates("bias_ih_l0", 1), .. Gates("bias_hh_l0", 1)], 1, 2 * gates.Length * units);
        ReadOnlySpan<(string, object)> attributes = type == "GRU"
            ? [("hidden_size", units), ("linear_before_reset", 1)]
            : [("hidden_size", units)];
        var results = _model.Nodes(type, [sequence, weights, recurrence, biases], 2, attributes);
        if (!layer.Arguments.Bool("ReturnSequences", false))
            return Reshape(results[1], [units]);
        var all = _model.Node("Squeeze", [results[0], _model.Integers("axes", 1)]);
        return _model.Node("Transpose", [all], ("perm", ImmutableArray.Create(1, 0, 2)));

        float[] Gates(string parameter, int columns)
        {
            var values = _network.Parameter($"{layer.Name}.{parameter}").Values;
            var reordered = new float[values.Length];
            for (var gate = 0; gate < gates.Length; gate++)
                values.Slice(gates[gate] * units * columns, units * columns).CopyTo(reordered.AsSpan(gate * units * columns));
            return reordered;
        }
    }

    private string Number(float value) => _model.Floats("number", [value]);

    private string Parameter(DeclaredLayer layer, string name)
    {
        var parameter = _network.Parameter($"{layer.Name}.{name}");
        return _model.Floats(name, parameter.Values, [.. parameter.Info.Shape]);
    }
}
