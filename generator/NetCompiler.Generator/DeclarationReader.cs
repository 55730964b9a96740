using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using NetCompiler.Compiler.Diagnostics;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Language;
using NetCompiler.Compiler.Printers;

namespace NetCompiler.Generator;

/// <summary>Reads the attributes of a class into a declaration.</summary>
internal static class DeclarationReader
{
    /// <summary>The attribute that makes a class a network.</summary>
    public const string NetworkAttribute = "NetCompiler.NetworkAttribute";

    private const string FreezeAttribute = "NetCompiler.FreezeAttribute";
    private const string DeclarationAttribute = "NetCompiler.DeclarationAttribute";
    private const string Suffix = "Attribute";

    /// <summary>
    /// Reads a class; null for the further parts of a partial class that bear [Network] too, which is the C# compiler's to complain
    /// about.
    /// </summary>
    public static NetworkDeclaration? Read(INamedTypeSymbol type, SyntaxNode part, Compilation compilation, CancellationToken cancellation)
    {
        if (NetworkPart(type, cancellation) != part)
            return null;
        try
        {
            return InvariantCulture.Run(() => Read(type, compilation, cancellation));
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return new NetworkDeclaration(MetadataName(type), new NetworkSpec("", type.Name, false, []),
                [CompiledNetwork.Defect(type.Name, exception)], DeclarationState.Closed);
        }
    }

    /// <summary>The input, layers and loss of a class in their order.</summary>
    public static ImmutableArray<AttributeData> Attributes(INamedTypeSymbol type) =>
        [.. type.GetAttributes().Where(attribute => IsDeclaration(attribute.AttributeClass))];

    /// <summary>True where a class is marked [Network].</summary>
    public static bool IsNetwork(INamedTypeSymbol type) => type.GetAttributes().Any(IsNetworkAttribute);

    /// <summary>True where a class has a [Loss].</summary>
    public static bool HasLoss(INamedTypeSymbol type) => GraphReader.HasLoss(type) || Attributes(type).Any(attribute =>
        LayerRegistry.Layers.TryGetValue(Kind(attribute), out var layer) && layer.Role == LayerRole.Loss);

    /// <summary>The part of a class that bears [Network].</summary>
    public static SyntaxNode? NetworkPart(INamedTypeSymbol type, CancellationToken cancellation) =>
        Part(type.GetAttributes().First(IsNetworkAttribute), cancellation);

    private static NetworkDeclaration Read(INamedTypeSymbol type, Compilation compilation, CancellationToken cancellation)
    {
        var attributes = Attributes(type);
        var diagnostics = new List<NetworkDiagnostic>();
        CheckClass(type, diagnostics, cancellation);
        var state = diagnostics.Count > 0 ? DeclarationState.Closed : DeclarationState.Complete;
        if (GraphReader.IsGraph(type))
        {
            if (attributes.IsEmpty)
                return ReadGraph(type, compilation, diagnostics, state, cancellation);
            diagnostics.Add(new NetworkDiagnostic(Rules.MixedForms, -1, null, [type.Name]));
        }

        CheckParts(type, attributes, diagnostics, cancellation);

        var layers = ImmutableArray.CreateBuilder<LayerSpec>(attributes.Length);
        for (var i = 0; i < attributes.Length; i++)
        {
            var arguments = AttributeArguments.Read(attributes[i]);
            // Where C# complains about an attribute, there is nothing to add.
            if (arguments is null && state == DeclarationState.Complete)
                state = DeclarationState.Broken;
            var kind = Kind(attributes[i]);
            layers.Add(new LayerSpec(kind, arguments is null
                ? Compiler.Graphs.Attributes.Empty
                : ArgumentBinder.Bind(LayerRegistry.Get(kind).Signature, i, arguments, diagnostics)));
        }

        return Declaration(type, layers.ToImmutable(), [], diagnostics, state, cancellation);
    }

    private static NetworkDeclaration ReadGraph(
        INamedTypeSymbol type, Compilation compilation, List<NetworkDiagnostic> diagnostics, DeclarationState state,
        CancellationToken cancellation)
    {
        var graph = GraphReader.Read(type, compilation, cancellation);
        diagnostics.AddRange(graph.Diagnostics);
        return Declaration(type, graph.Layers, graph.Entries, diagnostics, state, cancellation);
    }

    private static NetworkDeclaration Declaration(
        INamedTypeSymbol type, ImmutableArray<LayerSpec> layers, ImmutableArray<EntrySpec> entries, List<NetworkDiagnostic> diagnostics,
        DeclarationState state, CancellationToken cancellation)
    {
        var isGraph = GraphReader.IsGraph(type);
        var precision = PrecisionOf(type);
        if (diagnostics.Count > 0 && state == DeclarationState.Complete)
            state = DeclarationState.Broken;
        var spec = new NetworkSpec(
            type.ContainingNamespace.IsGlobalNamespace ? "" : type.ContainingNamespace.ToDisplayString(), type.Name,
            type.DeclaredAccessibility == Accessibility.Public, layers, entries, FrozenPatterns(type))
        {
            IsStrict = precision == "Strict",
            FactorFormat = Enum.TryParse<MatrixFormat>(precision, out var format) ? format : null,
            Members = isGraph ? GraphReader.Members(type) : [],
            PartialMethods = isGraph ? GraphReader.PartialMethods(type, cancellation) : [],
        };
        return new NetworkDeclaration(MetadataName(type), spec, [.. diagnostics], state);
    }

    private static SyntaxNode? Part(AttributeData attribute, CancellationToken cancellation) =>
        attribute.ApplicationSyntaxReference?.GetSyntax(cancellation).FirstAncestorOrSelf<TypeDeclarationSyntax>();

    // What the enumeration Precision calls the value that is given; empty where none is.
    private static string PrecisionOf(INamedTypeSymbol type) => type.GetAttributes().First(IsNetworkAttribute).NamedArguments
        .Where(a => a.Key == "Precision" && a.Value is { Type: INamedTypeSymbol, Value: int })
        .SelectMany(a => a.Value.Type!.GetMembers().OfType<IFieldSymbol>().Where(f => Equals(f.ConstantValue, a.Value.Value)))
        .Select(f => f.Name).FirstOrDefault() ?? "";

    private static bool IsNetworkAttribute(AttributeData attribute) => attribute.AttributeClass?.ToDisplayString() == NetworkAttribute;

    /// <summary>Where a pattern of [Freeze] is written.</summary>
    public static SyntaxNode? Freeze(INamedTypeSymbol type, string pattern, CancellationToken cancellation) => type.GetAttributes()
        .Where(IsFreeze).Select(a => a.ApplicationSyntaxReference?.GetSyntax(cancellation)).OfType<AttributeSyntax>()
        .SelectMany(a => a.ArgumentList?.Arguments.ToArray() ?? [])
        .FirstOrDefault(a => a.DescendantTokens().Any(token => token.Value is string text && text == pattern));

    private static bool IsFreeze(AttributeData attribute) => attribute.AttributeClass?.ToDisplayString() == FreezeAttribute;

    private static ImmutableArray<string> FrozenPatterns(INamedTypeSymbol type) =>
    [
        .. type.GetAttributes().Where(IsFreeze).SelectMany(a => a.ConstructorArguments)
            .SelectMany(a => a.Kind == TypedConstantKind.Array && !a.IsNull ? a.Values : []).Select(a => a.Value as string ?? ""),
    ];

    /// <summary>True for the attributes that are layers, inputs and losses.</summary>
    public static bool IsDeclaration(INamedTypeSymbol? type)
    {
        for (; type is not null; type = type.BaseType)
        {
            if (type.Name == nameof(DeclarationAttribute) && type.ToDisplayString() == DeclarationAttribute)
                return true;
        }

        return false;
    }

    /// <summary>What a layer attribute is called in the language.</summary>
    public static string Kind(AttributeData attribute)
    {
        var name = attribute.AttributeClass!.Name;
        return name.EndsWith(Suffix, StringComparison.Ordinal) ? name.Substring(0, name.Length - Suffix.Length) : name;
    }

    private static void CheckClass(INamedTypeSymbol type, List<NetworkDiagnostic> diagnostics, CancellationToken cancellation)
    {
        var parts = type.DeclaringSyntaxReferences.Select(r => r.GetSyntax(cancellation)).OfType<TypeDeclarationSyntax>();
        if (!parts.All(part => part.Modifiers.Any(SyntaxKind.PartialKeyword)))
            diagnostics.Add(new NetworkDiagnostic(Rules.NotPartial, -1, null, [type.Name]));
        if (Obstacle(type) is { } obstacle)
            diagnostics.Add(new NetworkDiagnostic(Rules.UnsupportedClass, -1, null, [type.Name, obstacle]));
    }

    private static string? Obstacle(INamedTypeSymbol type)
    {
        if (type.ContainingType is { } outer)
            return $"it is nested in '{outer.Name}'";
        if (type.IsGenericType)
            return "it is generic";
        if (type.IsStatic)
            return "it is static";
        if (type.IsAbstract)
            return "it is abstract";
        if (type.IsRecord)
            return "it is a record";
        if (type.IsFileLocal)
            return "it is local to a file";
        return type.BaseType is { SpecialType: not SpecialType.System_Object } other && other.ToDisplayString() != "NetCompiler.Network"
            ? $"it derives from '{other.Name}'"
            : null;
    }

    private static void CheckParts(
        INamedTypeSymbol type, ImmutableArray<AttributeData> attributes, List<NetworkDiagnostic> diagnostics,
        CancellationToken cancellation)
    {
        var parts = attributes.Select(attribute => Part(attribute, cancellation)).ToList();
        var count = parts.Distinct().Count();
        if (count > 1)
        {
            diagnostics.Add(new NetworkDiagnostic(
                Rules.SplitDeclaration, parts.FindIndex(part => part != parts[0]), null,
                [type.Name, count.ToString(CultureInfo.InvariantCulture)]));
        }
    }

    private static string MetadataName(INamedTypeSymbol type)
    {
        if (type.ContainingType is { } outer)
            return $"{MetadataName(outer)}+{type.MetadataName}";
        return type.ContainingNamespace.IsGlobalNamespace
            ? type.MetadataName
            : $"{type.ContainingNamespace.ToDisplayString()}.{type.MetadataName}";
    }
}
