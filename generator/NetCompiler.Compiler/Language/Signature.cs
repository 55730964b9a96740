using System.Collections.Immutable;

namespace NetCompiler.Compiler.Language;

/// <summary>What kind of constant an argument is.</summary>
public enum ArgumentKind
{
    /// <summary>An integer.</summary>
    Int,

    /// <summary>A number.</summary>
    Double,

    /// <summary>A truth value.</summary>
    Bool,

    /// <summary>A text, or the name of an enum's member.</summary>
    Text,

    /// <summary>One integer for both directions, or two: height and width.</summary>
    Pair,

    /// <summary>Any number of integers.</summary>
    Ints,

    /// <summary>One number, or one for each channel.</summary>
    Numbers,
}

/// <summary>A parameter of a layer.</summary>
/// <param name="Name">Its name, as attribute property: "Stride".</param>
/// <param name="Kind">What it takes.</param>
/// <param name="Default">Its value where none is written; null where one must be.</param>
public sealed record SignatureParameter(string Name, ArgumentKind Kind, object? Default = null)
{
    /// <summary>True where a declaration must give the argument.</summary>
    public bool IsRequired => Default is null;
}

/// <summary>What a layer takes: the source of its attribute and of its function in the language.</summary>
/// <param name="Name">The layer's name in the language, "Conv".</param>
/// <param name="Parameters">Its parameters; the required ones first, in the order of the attribute's constructor.</param>
/// <param name="Inputs">How many tensors it reads; <see cref="AnyNumber"/> for one or more. Chains have layers of one input only.</param>
public sealed record Signature(string Name, ImmutableArray<SignatureParameter> Parameters, int Inputs = 1)
{
    /// <summary>One tensor or more.</summary>
    public const int AnyNumber = -1;

    /// <summary>What a tensor is called that it may read behind the others, "Lengths"; null where there is none. Graphs only.</summary>
    public string? OptionalInput { get; init; }

    /// <summary>A signature; every body layer has a Name besides.</summary>
    public static Signature Of(string name, params ImmutableArray<SignatureParameter> parameters) => new(name, parameters);
}
