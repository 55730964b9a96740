using System.Collections.Immutable;
using System.Globalization;
using NetCompiler.Compiler.Diagnostics;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Ops;

namespace NetCompiler.Compiler.Language;

/// <summary>
/// What a network reads: an image, a matrix such as a sequence (T, F) or a signal (C, L), a vector or one number, in floats, bytes
/// or integers, normalised where the declaration says so.
/// </summary>
public sealed class InputLayer : Layer
{
    private const string Float = "Float32";
    private const string Byte = "UInt8";
    private const string Integer = "Int32";

    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("Input",
        new("Length", ArgumentKind.Int, 0), new("Rows", ArgumentKind.Int, 0), new("Columns", ArgumentKind.Int, 0),
        new("Channels", ArgumentKind.Int, 0), new("Height", ArgumentKind.Int, 0), new("Width", ArgumentKind.Int, 0),
        new("Type", ArgumentKind.Text, Float), new("Scale", ArgumentKind.Double, 1.0),
        new("Mean", ArgumentKind.Numbers, ImmutableArray.Create(0.0)), new("Deviation", ArgumentKind.Numbers, ImmutableArray.Create(1.0)));

    /// <inheritdoc/>
    public override LayerRole Role => LayerRole.Input;

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder)
    {
        var element = Element(builder);
        var type = new TensorType(element, [Dimension.Batch, .. Shape(builder)]);
        var value = builder.Graph.AddInput(builder.Name, type);
        var (scale, means, deviations) = Normalization(builder, type.Rank < 2 ? 1 : type.Shape[type.FeatureDimension].Size);
        // Integers stand for something; there is nothing to calculate with them.
        if (element == ScalarKind.I32)
            return value;
        if (element == ScalarKind.F32 && scale == 1 && means.All(m => m == 0) && deviations.All(d => d == 1))
            return value;
        return builder.Add(Normalize.Instance, "normalized", [value],
            Attributes.Empty.With("scale", scale).With("mean", means).With("deviation", deviations)).Result;
    }

    /// <summary>The extents that a declaration gives.</summary>
    internal static IEnumerable<Dimension> Shape(LayerBuilder builder)
    {
        string[] extents = builder.IsGiven("Length") ? ["Length"]
            : builder.IsGiven("Rows") ? ["Rows", "Columns"]
            : builder.IsGiven("Channels") ? ["Channels", "Height", "Width"]
            : [];
        return extents.Select(extent => (Dimension)builder.Int(extent, 1));
    }

    private static ScalarKind Element(LayerBuilder builder) => builder.Text("Type") switch
    {
        Float => ScalarKind.F32,
        Byte => ScalarKind.U8,
        Integer => ScalarKind.I32,
        var other => throw builder.Error(Rules.InvalidArgument, "Type", builder.Label, "Type",
            $"an input is {Float}, {Byte} or {Integer}, not {other}"),
    };

    private static (double Scale, ImmutableArray<double> Means, ImmutableArray<double> Deviations) Normalization(
        LayerBuilder builder, int channels)
    {
        var scale = builder.Double("Scale");
        if (!IsFinite(scale))
            throw OutOfRange(builder, "Scale", scale, "a finite number");
        var (means, deviations) = (PerChannel(builder, "Mean", channels), PerChannel(builder, "Deviation", channels));
        foreach (var mean in means)
        {
            if (!IsFinite(mean))
                throw OutOfRange(builder, "Mean", mean, "finite numbers");
        }

        foreach (var deviation in deviations)
        {
            if (!(deviation > 0) || !IsFinite(deviation))
                throw OutOfRange(builder, "Deviation", deviation, "finite numbers greater than 0");
        }

        return (scale, means, deviations);
    }

    private static ImmutableArray<double> PerChannel(LayerBuilder builder, string argument, int channels)
    {
        var numbers = builder.Numbers(argument);
        if (numbers.Length == 1 || numbers.Length == channels)
            return numbers;
        throw builder.Error(Rules.InvalidArgument, argument, builder.Label, argument,
            $"it takes one number, or one for each of the {channels.ToString(CultureInfo.InvariantCulture)} channels, found "
            + numbers.Length.ToString(CultureInfo.InvariantCulture));
    }

    private static bool IsFinite(double number) => !double.IsNaN(number) && !double.IsInfinity(number);

    private static NetworkException OutOfRange(LayerBuilder builder, string argument, double number, string expected) =>
        builder.Error(Rules.OutOfRange, argument, builder.Label, argument, number.ToString(CultureInfo.InvariantCulture), expected);
}
