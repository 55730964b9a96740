using System.Collections.Immutable;
using System.Globalization;
using NetCompiler.Compiler.Diagnostics;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Compiler.Ops;

/// <summary>
/// The elements of a sample in row-major order in another shape. One extent may be −1: what is left.
/// Keras: Reshape; PyTorch: reshape, whose extents count the batch too.
/// </summary>
public sealed class ReshapeLayer : Layer
{
    private const int Rest = -1;

    /// <inheritdoc/>
    public override Signature Signature { get; } = Signature.Of("Reshape", new SignatureParameter("Shape", ArgumentKind.Ints));

    /// <inheritdoc/>
    public override bool TakesIntegers(int input) => true;

    /// <inheritdoc/>
    public override Value Build(LayerBuilder builder)
    {
        var input = builder.Input;
        builder.RequireFeatures(input);
        var shape = Resolve(builder, builder.Ints("Shape"), input.Type.SampleLength);
        if (shape.Length == 1)
            return builder.Add(Flatten.Instance, "", [input]).Result;
        var vector = input.Type.Rank == 2 ? input : builder.Add(Flatten.Instance, "flat", [input]).Result;
        return builder.Add(Unflatten.Instance, "", [vector], Attributes.Empty.With("shape", shape)).Result;
    }

    private static ImmutableArray<int> Resolve(LayerBuilder builder, ImmutableArray<int> shape, long length)
    {
        if (shape.IsEmpty)
            throw Invalid("it takes the extents of a sample");
        if (shape.Any(extent => extent is < 1 and not Rest) || shape.Count(extent => extent == Rest) > 1)
            throw Invalid("extents are 1 or more, and one of them may be -1");
        var known = shape.Where(extent => extent != Rest).Aggregate(1L, (product, extent) => Math.Min(product * extent, int.MaxValue));
        if (shape.Contains(Rest) ? length % known != 0 : length != known)
        {
            throw Invalid("the input has " + length.ToString(CultureInfo.InvariantCulture) + " elements, which are not "
                + string.Join("×", shape.Select(extent => extent == Rest ? "?" : extent.ToString(CultureInfo.InvariantCulture))));
        }

        return [.. shape.Select(extent => extent == Rest ? (int)(length / known) : extent)];

        NetworkException Invalid(string what) => builder.Error(Rules.InvalidArgument, "Shape", builder.Label, "Shape", what);
    }
}
