using System.Collections.Immutable;
using System.Globalization;
using NetCompiler.Compiler.Diagnostics;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Ops;

namespace NetCompiler.Compiler.Language;

/// <summary>How a parameter gets its first values.</summary>
public enum ParameterInitializer
{
    /// <summary>Zero.</summary>
    Zeros,

    /// <summary>One.</summary>
    Ones,

    /// <summary>A number that the layer says.</summary>
    Constant,

    /// <summary>Weights: He where a rectifier follows, Glorot elsewhere; decided once the network is known.</summary>
    Weights,

    /// <summary>Uniform in ±√(6 / (fan-in + fan-out)), whatever follows.</summary>
    Uniform,
}

/// <summary>A parameter that a layer asked for.</summary>
/// <param name="Value">Its value in the graph; the name is "layer.parameter".</param>
/// <param name="Initializer">How it gets its first values.</param>
/// <param name="FanIn">Inputs that one output depends on.</param>
/// <param name="FanOut">Outputs that one input reaches.</param>
/// <param name="IsTrainable">False for statistics that training tracks.</param>
/// <param name="Layer">The declared layer it belongs to.</param>
/// <param name="InitialValue">What it begins as, where that is a constant.</param>
/// <param name="Unused">Elements that nothing depends on, which are not counted.</param>
/// <param name="IsFrozen">True where the declaration says that training leaves it as it is.</param>
public sealed record DeclaredParameter(
    Value Value, ParameterInitializer Initializer, int FanIn, int FanOut, bool IsTrainable, int Layer, double InitialValue = 0,
    int Unused = 0, bool IsFrozen = false)
{
    /// <summary>Elements that something depends on.</summary>
    public long Count => Value.Type.SampleLength - Unused;

    /// <summary>True where training computes its gradient.</summary>
    public bool IsTrained => IsTrainable && !IsFrozen;
}

/// <summary>What a layer builds with: its arguments checked against its signature, the graph, and a way to complain.</summary>
public sealed class LayerBuilder(
    Graph graph, Signature signature, LayerSpec spec, int layer, string name, ImmutableArray<Value> inputs,
    List<DeclaredParameter> parameters)
{
    /// <summary>The largest kernel, stride, padding or dilation: products of two stay far within 32 bits.</summary>
    public const int MaxWindow = 1 << 14;

    // Of images (N, C, H, W).
    private const int HeightDimension = 2;

    /// <summary>The graph that the layer is added to.</summary>
    public Graph Graph { get; } = graph;

    /// <summary>What the layer reads; nothing where it is an Input.</summary>
    public ImmutableArray<Value> Inputs { get; } = inputs;

    /// <summary>What a layer with one input reads.</summary>
    public Value Input => Inputs[0];

    /// <summary>The tensor that the layer may read behind its others; null where it does not.</summary>
    public Value? OptionalInput => Inputs.Length > signature.Inputs ? Inputs[signature.Inputs] : null;

    /// <summary>The layer's name, unique in its network: "conv1".</summary>
    public string Name { get; } = name;

    /// <summary>The layer's index among the declaration's layers.</summary>
    public int Layer => layer;

    /// <summary>The layer for messages: "Conv 'conv1'".</summary>
    public string Label => $"{signature.Name} '{Name}'";

    /// <summary>True where the declaration gives the argument.</summary>
    public bool IsGiven(string argument) => spec.Arguments.Has(argument);

    /// <summary>An integer, given or default.</summary>
    public int Int(string argument) => IsGiven(argument) ? spec.Arguments.Int(argument) : (int)Default(argument);

    /// <summary>An integer that must lie in a range.</summary>
    public int Int(string argument, int min, int max = int.MaxValue) => Check(argument, Int(argument), min, max);

    /// <summary>A number, given or default.</summary>
    public double Double(string argument) => IsGiven(argument)
        ? spec.Arguments.Double(argument)
        : Convert.ToDouble(Default(argument), CultureInfo.InvariantCulture);

    /// <summary>A finite number, given or default, that must lie in a range.</summary>
    public double Double(string argument, double min, double max = double.MaxValue)
    {
        var value = Double(argument);
        if (value >= min && value <= max)
            return value;
        throw Error(Rules.OutOfRange, argument, Label, argument, Written(value),
            min == double.MinValue ? "a finite number" : max == double.MaxValue ? $"{Written(min)} or more" : $"{Written(min)} to {Written(max)}");

        static string Written(double number) => number.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>A finite number, given or default.</summary>
    public double Finite(string argument) => Double(argument, double.MinValue);

    /// <summary>A truth value, given or default.</summary>
    public bool Bool(string argument) => spec.Arguments.Bool(argument, Default(argument) is true);

    /// <summary>A text, given or default.</summary>
    public string Text(string argument) => spec.Arguments.Text(argument) ?? (string)Default(argument);

    /// <summary>A member of an enum, whose name is given or default.</summary>
    public T Member<T>(string argument)
        where T : struct, Enum
    {
        var text = Text(argument);
        if (Enum.TryParse(text, out T member) && Enum.IsDefined(typeof(T), member))
            return member;
        throw Error(Rules.InvalidArgument, argument, Label, argument, $"'{text}' is none of {string.Join(", ", Enum.GetNames(typeof(T)))}");
    }

    /// <summary>Numbers, given or default.</summary>
    public ImmutableArray<double> Numbers(string argument) =>
        IsGiven(argument) ? spec.Arguments.Doubles(argument) : (ImmutableArray<double>)Default(argument);

    /// <summary>Integers, given or default.</summary>
    public ImmutableArray<int> Ints(string argument) =>
        IsGiven(argument) ? spec.Arguments.Ints(argument) : (ImmutableArray<int>)Default(argument);

    /// <summary>Height and width of a pair, given or default, that must lie in a range.</summary>
    public (int Height, int Width) Pair(string argument, int min, int max = MaxWindow)
    {
        var values = IsGiven(argument) ? spec.Arguments.Ints(argument) : Default(argument) switch
        {
            int both => [both],
            var other => (ImmutableArray<int>)other,
        };
        if (values.Length is not (1 or 2))
            throw Error(Rules.InvalidArgument, argument, Label, argument, "it takes one number, or two: height and width");
        foreach (var value in values)
            Check(argument, value, min, max);
        return (values[0], values[values.Length - 1]);
    }

    /// <summary>Adds a node that belongs to the layer.</summary>
    /// <param name="operator">What it computes.</param>
    /// <param name="suffix">Its name after the layer's; empty for the layer's own result.</param>
    /// <param name="inputs">What it reads.</param>
    /// <param name="attributes">Its constant arguments.</param>
    public Node Add(Operator @operator, string suffix, ImmutableArray<Value> inputs, Attributes? attributes = null)
    {
        // In the name of a node a dot is what separates the layer from its parts.
        var name = Name.Replace('.', '_');
        return Graph.Add(@operator, suffix.Length == 0 ? name : $"{name}.{suffix}", inputs, attributes, layer);
    }

    /// <summary>Adds a parameter "layer.<paramref name="suffix"/>".</summary>
    public Value AddParameter(
        string suffix, ImmutableArray<Dimension> shape, ParameterInitializer initializer, int fanIn = 1, int fanOut = 1,
        bool isTrainable = true, double initialValue = 0, int unused = 0)
    {
        var type = TensorType.Float(shape);
        if (spec.Shares is { } owner)
        {
            var name = $"{Name}.{suffix}";
            var shared = parameters.FirstOrDefault(p => p.Layer == owner && p.Value.Name == name)?.Value;
            if (shared is null || !shared.Type.Equals(type))
            {
                throw Error(
                    Rules.SharedWeights, null, Label, name, shared?.Type.ToShapeText() ?? "nothing, as the first call has none,", type.ToShapeText());
            }

            return shared;
        }

        var value = Graph.AddParameter($"{Name}.{suffix}", type);
        parameters.Add(new DeclaredParameter(value, initializer, fanIn, fanOut, isTrainable, layer, initialValue, unused));
        return value;
    }

    /// <summary>Complains unless the layer's input has channels, height and width.</summary>
    public void RequireImage(Value input)
    {
        if (input.Type.Rank != 4)
            throw Error(Rules.ImageNeeded, null, Label, input.Type.ToShapeText());
    }

    /// <summary>True where the layer's input is a signal (C, L) that is looked at as an image.</summary>
    public bool IsSignal { get; private set; }

    /// <summary>
    /// What the layer reads as an image: a signal (C, L) is one of height 1, and <see cref="AddResult"/> makes a signal of it again. So
    /// there is one definition of what moves over both; views that meet are taken out (pass Canonicalise).
    /// </summary>
    public Value AsImage()
    {
        if (Input.Type.Rank != 3)
        {
            RequireImage(Input);
            return Input;
        }

        IsSignal = true;
        return Add(Unsqueeze.Instance, "image", [Input], Squeeze.Of(HeightDimension)).Result;
    }

    /// <summary>Adds the node of a layer's own result, which is a signal again where the input is.</summary>
    public Value AddResult(Operator @operator, ImmutableArray<Value> inputs, Attributes? attributes = null) => IsSignal
        ? Add(Squeeze.Instance, "", [Add(@operator, "signal", inputs, attributes).Result], Squeeze.Of(HeightDimension)).Result
        : Add(@operator, "", inputs, attributes).Result;

    /// <summary>The weights of a kernel (O, I, KH, KW); where the input is a signal they are a parameter (O, I, KW).</summary>
    /// <param name="outputs">Output channels of all groups.</param>
    /// <param name="inputs">Input channels of a group.</param>
    /// <param name="height">Taps along the height.</param>
    /// <param name="width">Taps along the width.</param>
    /// <param name="groups">Groups of channels.</param>
    public Value AddKernel(int outputs, int inputs, int height, int width, int groups = 1)
    {
        var (fanIn, fanOut) = (inputs * height * width, outputs / groups * height * width);
        if (!IsSignal)
            return AddParameter("weight", [outputs, inputs, height, width], ParameterInitializer.Weights, fanIn, fanOut);
        var weight = AddParameter("weight", [outputs, inputs, width], ParameterInitializer.Weights, fanIn, fanOut);
        return Add(Unsqueeze.Instance, "kernel", [weight], Squeeze.Of(HeightDimension)).Result;
    }

    /// <summary>Complains unless a sample of the input has rows and columns.</summary>
    public void RequireMatrix(Value input)
    {
        if (input.Type.Rank < 3)
            throw Error(Rules.MatrixNeeded, null, Label, input.Type.ToShapeText());
    }

    /// <summary>Complains unless an input holds integers, as a network's input does that is declared so.</summary>
    public void RequireIntegers(Value input)
    {
        if (input.Type.Element != ScalarKind.I32)
            throw Error(Rules.IntegersNeeded, null, Label, input.Type.ToShapeText());
    }

    /// <summary>Complains unless an input holds one integer for each sample: the length of a sequence.</summary>
    public void RequireLengths(Value input)
    {
        RequireIntegers(input);
        if (input.Type.SampleLength != 1)
            throw Error(Rules.ShapeMismatch, null, Label, Input.Type.ToShapeText(), input.Type.ToShapeText(), "one integer as each sample's length");
    }

    /// <summary>Complains unless the input is a sequence (T, F).</summary>
    public void RequireSequence(Value input)
    {
        if (input.Type.Rank != 3)
            throw Error(Rules.MatrixNeeded, null, Label, input.Type.ToShapeText());
    }

    /// <summary>Complains where the layer's input is one number a sample, along which there is nothing to look.</summary>
    public void RequireFeatures(Value input)
    {
        if (input.Type.Rank < 2)
            throw Error(Rules.VectorNeeded, null, Label, input.Type.ToShapeText());
    }

    /// <summary>The exception that says what is wrong with the layer.</summary>
    public NetworkException Error(Rule rule, string? argument, params ImmutableArray<string> messageArguments) =>
        new(new NetworkDiagnostic(rule, layer, argument, messageArguments));

    private object Default(string argument) =>
        signature.Parameters.First(p => p.Name == argument).Default
        ?? throw Error(Rules.InvalidArgument, argument, Label, argument, "a value has to be given");

    private int Check(string argument, int value, int min, int max)
    {
        if (value < min || value > max)
        {
            throw Error(Rules.OutOfRange, argument, Label, argument, value.ToString(CultureInfo.InvariantCulture),
                max == int.MaxValue ? $"{min} or more" : $"{min} to {max}");
        }

        return value;
    }
}
