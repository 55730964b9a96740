using System.Collections.Immutable;
using System.Globalization;
using NetCompiler.Compiler.Diagnostics;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>
/// y[o, c, …] = w[o, c, …] where output o is connected with input c, 0 elsewhere: the weights of a convolution with a partial connection
/// table (LeCun et al., "Gradient-based learning applied to document recognition", 1998: layer C3 of LeNet-5). Attribute missing: the
/// places o · inputs + c that are not connected, in their order.
/// </summary>
public sealed class ConnectedWeights : Operator
{
    /// <summary>The operator.</summary>
    public static readonly ConnectedWeights Instance = new();

    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(OperatorContext context) => [context.Inputs[0]];

    /// <inheritdoc/>
    public override TensorExpression Define(OperatorContext context)
    {
        var axes = Elementwise.AxesOf(context.Inputs[0]);
        // Whether a kernel is connected is found once for all of its taps.
        var (o, c) = (new Axis("o", axes[0].Extent), new Axis("c", axes[1].Extent));
        var place = (IndexExpression)o * c.Extent.Size + c;
        ScalarExpression connected = 1;
        foreach (var (first, end) in Runs(context.Attributes.Ints("missing")).Reverse())
        {
            // Places behind the run are asked for last.
            var missing = end - first == 1
                ? ScalarExpression.Select(ComparisonFunction.Equal, new ScalarIndex(place), first, 0, connected)
                : ScalarExpression.Select(ComparisonFunction.Less, new ScalarIndex(place), first, 1,
                    ScalarExpression.Select(ComparisonFunction.Less, new ScalarIndex(place), end, 0, connected));
            connected = missing;
        }

        return new(
            [new TensorDefinition([o, c], connected),
             new TensorDefinition(axes, Elementwise.Read(0, axes) * new ScalarRead(1, [axes[0], axes[1]]))]);
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientContext gradient) =>
        gradient.Set(0, gradient.Add(Instance, "weight", [gradient.ResultGradient], gradient.Node.Attributes));

    private static IEnumerable<(int First, int End)> Runs(ImmutableArray<int> places)
    {
        for (var i = 0; i < places.Length;)
        {
            var first = i++;
            while (i < places.Length && places[i] == places[i - 1] + 1)
                i++;
            yield return (places[first], places[i - 1] + 1);
        }
    }
}

/// <summary>Which outputs of a convolution read which inputs.</summary>
internal static class ConnectionTable
{
    private const string Connected = "Xx1";
    private const string Missing = ".-0";

    /// <summary>
    /// Reads a table as it is printed in the literature: a row for each input channel, rows separated by white space, and in it a
    /// character for each output channel.
    /// </summary>
    /// <returns>The places output · inputs + input that are not connected, in their order.</returns>
    /// <exception cref="NetworkException">The table is none, or not of the layer's channels; or an output reads nothing.</exception>
    public static ImmutableArray<int> Read(LayerBuilder builder, string argument, int inputs, int outputs)
    {
        var rows = builder.Text(argument).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (rows.Length != inputs)
            throw Invalid($"it has {Number(rows.Length)} rows, expected {Number(inputs)}: one for each input channel");
        var missing = ImmutableArray.CreateBuilder<int>();
        for (var i = 0; i < inputs; i++)
        {
            if (rows[i].Length != outputs)
                throw Invalid($"row {Number(i + 1)} has {Number(rows[i].Length)} characters, expected {Number(outputs)}: one for each output");
            if (rows[i].FirstOrDefault(character => Connected.IndexOf(character) < 0 && Missing.IndexOf(character) < 0) is var other and not '\0')
                throw Invalid($"row {Number(i + 1)} has a '{other}', expected X where there is a connection and . where there is none");
        }

        for (var o = 0; o < outputs; o++)
        {
            if (rows.All(row => Missing.IndexOf(row[o]) >= 0))
                throw Invalid($"output channel {Number(o + 1)} is connected with no input");
            missing.AddRange(Enumerable.Range(0, inputs).Where(c => Missing.IndexOf(rows[c][o]) >= 0).Select(c => o * inputs + c));
        }

        return missing.ToImmutable();

        NetworkException Invalid(string what) => builder.Error(Rules.InvalidArgument, argument, builder.Label, argument, what);
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
