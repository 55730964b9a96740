using System.Runtime.InteropServices;
using System.Text.Json;
using NetCompiler.Runtime;

namespace NetCompiler.Networks.Tests;

/// <summary>What PyTorch computed of a network: the file that make_network_fixtures.py wrote.</summary>
internal sealed class NetworkFixture
{
    private const int Projections = 16;

    // Gradients of this part of the largest one are those of parameters that change nothing, as a bias in front of a normalisation.
    private const double Nothing = 1e-9;

    private readonly JsonElement _root;

    public NetworkFixture(string name) => _root = JsonDocument.Parse(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Fixtures", name + ".json"))).RootElement;

    public int Batch => _root.GetProperty("batch").GetInt32();

    /// <summary>Whether training computes predictions besides the loss.</summary>
    public bool HasTraining => _root.GetProperty("training").GetArrayLength() > 0;

    /// <summary>The names of the tensors of a part, "gradients" or "updates".</summary>
    public IEnumerable<string> Names(string part) => _root.GetProperty(part).EnumerateObject().Select(p => p.Name);

    /// <summary>The bytes of a batch of an input or a target.</summary>
    public byte[] Input(TensorInfo tensor, int classes)
    {
        var count = Batch * tensor.Length;
        if (_root.GetProperty("inputs").TryGetProperty(tensor.Name, out var written))
        {
            return tensor.Type == ElementType.Int32
                ? Bytes<int>([.. written.EnumerateArray().Select(n => (int)n.GetDouble())])
                : Bytes<float>([.. written.EnumerateArray().Select(n => (float)n.GetDouble())]);
        }

        var stream = CounterNumbers.Stream(tensor.Name switch
        {
            // The picture of an auto-encoder and its target are the same.
            "picture" => "image",
            // Pictures were chosen by the ending of their name, see `widest` of the script.
            "image" or "crop" => "image" + _root.GetProperty("ending").GetString(),
            var name => name,
        });
        var numbers = Enumerable.Range(0, count);
        return (tensor.Type, tensor.Name) switch
        {
            (ElementType.Int32, _) => Bytes<int>([.. numbers.Select(i => (int)(CounterNumbers.Bits((uint)i, stream) % (uint)classes))]),
            (_, "mask") => Bytes<float>([.. numbers.Select(i => (float)(CounterNumbers.Bits((uint)i, stream) >> 31))]),
            _ when tensor.Shape.Count == 1 => Bytes<float>([.. numbers.Select(i => CounterNumbers.Uniform(i, stream) + 0.5f)]),
            _ => Bytes<float>([.. numbers.Select(i => CounterNumbers.Uniform(i, stream) * 4)]),
        };
    }

    /// <summary>
    /// The relative error of a gradient in the Euclidean norm. One that is nothing but rounding is held against the largest gradient.
    /// </summary>
    public double GradientError(ReadOnlySpan<float> actual, string name)
    {
        var largest = _root.GetProperty("gradients").EnumerateObject().Max(p => Norm(p.Value));
        if (Norm(_root.GetProperty("gradients").GetProperty(name)) >= Nothing * largest)
            return Error(actual, "gradients", name);
        var size = 0.0;
        foreach (var value in actual)
            size += (double)value * value;
        return Math.Sqrt(size) / largest;
    }

    /// <summary>The relative error of a tensor in the Euclidean norm.</summary>
    /// <param name="actual">The tensor.</param>
    /// <param name="part">The part of the file, "prediction".</param>
    /// <param name="key">The tensor's name, or its number; none where the part is the tensor.</param>
    public double Error(ReadOnlySpan<float> actual, string part, object? key = null)
    {
        var expected = _root.GetProperty(part);
        if (key is not null)
            expected = key is int number ? expected[number] : expected.GetProperty((string)key);
        if (expected.ValueKind == JsonValueKind.Array)
            return Error(actual, expected);
        return expected.TryGetProperty("data", out var data) ? Error(actual, data) : ProjectedError(actual, expected);
    }

    private static double Norm(JsonElement tensor) => tensor.TryGetProperty("norm", out var norm)
        ? norm.GetDouble()
        : Math.Sqrt(tensor.GetProperty("data").EnumerateArray().Sum(n => n.GetDouble() * n.GetDouble()));

    private static double Error(ReadOnlySpan<float> actual, JsonElement expected)
    {
        Assert.Equal(expected.GetArrayLength(), actual.Length);
        var (difference, size, i) = (0.0, 0.0, 0);
        foreach (var number in expected.EnumerateArray())
        {
            var value = number.GetDouble();
            difference += (actual[i] - value) * (actual[i] - value);
            size += value * value;
            i++;
        }

        return Math.Sqrt(difference / size);
    }

    // The products with vectors of signs tell the norm of a difference: the mean of (r · e)² over random signs r is |e|².
    private static double ProjectedError(ReadOnlySpan<float> actual, JsonElement expected)
    {
        var stream = CounterNumbers.Stream("signs");
        Span<double> sums = stackalloc double[Projections];
        var size = 0.0;
        for (var i = 0; i < actual.Length; i++)
        {
            var signs = CounterNumbers.Bits((uint)i, stream);
            for (var k = 0; k < Projections; k++)
                sums[k] += (signs >> k & 1) == 0 ? actual[i] : -(double)actual[i];
            size += (double)actual[i] * actual[i];
        }

        var norm = expected.GetProperty("norm").GetDouble();
        var difference = 0.0;
        for (var k = 0; k < Projections; k++)
            difference += Math.Pow(sums[k] - expected.GetProperty("projections")[k].GetDouble(), 2) / Projections;
        return Math.Max(Math.Sqrt(difference), Math.Abs(Math.Sqrt(size) - norm)) / norm;
    }

    private static byte[] Bytes<T>(T[] values)
        where T : unmanaged => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
}
