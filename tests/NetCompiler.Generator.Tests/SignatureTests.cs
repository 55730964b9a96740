using System.Collections;
using System.Collections.Immutable;
using System.Reflection;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Generator.Tests;

/// <summary>An attribute and the signature of its layer say the same.</summary>
public class SignatureTests
{
    private static readonly ImmutableArray<Type> s_attributes =
        [
            .. typeof(DeclarationAttribute).Assembly.GetExportedTypes()
                .Where(type => !type.IsAbstract && type.IsSubclassOf(typeof(DeclarationAttribute)) && type != typeof(ShapeAttribute)),
        ];

    // Layers that read several tensors, or are made for several results, are for graphs only.
    public static TheoryData<string> Layers => [.. Names(layer => layer.StandsInChains)];

    public static TheoryData<string> Functions => [.. Names(layer => layer.Role == LayerRole.Body)];

    [Fact]
    public void EveryAttributeHasALayerAndEveryLayerOfAChainAnAttribute() =>
        Assert.Equal(Names(layer => layer.StandsInChains).Order(), s_attributes.Select(type => type.Name[..^"Attribute".Length]).Order());

    [Theory]
    [MemberData(nameof(Layers))]
    public void EveryWrittenNameMeansAParameterOfItsType(string layer)
    {
        var signature = LayerRegistry.Get(layer).Signature;
        foreach (var (name, type) in Written(Attribute(layer)))
        {
            var parameter = Assert.Single(signature.Parameters, p => ArgumentBinder.Means(name, p.Name));
            Type[] expected = parameter.Kind switch
            {
                ArgumentKind.Int => [typeof(int)],
                ArgumentKind.Double => [typeof(double)],
                ArgumentKind.Bool => [typeof(bool)],
                ArgumentKind.Text => [typeof(string), typeof(ElementType), typeof(Loss), typeof(PadMode), typeof(UpsampleMode)],
                ArgumentKind.Pair => name == parameter.Name + "s" ? [typeof(int[])] : [typeof(int)],
                ArgumentKind.Ints => [typeof(int[])],
                ArgumentKind.Numbers => [typeof(double[])],
                _ => [],
            };
            Assert.Contains(type, expected);
        }
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void EveryParameterCanBeWritten(string layer) => Assert.All(LayerRegistry.Get(layer).Signature.Parameters,
        parameter => Assert.Contains(Written(Attribute(layer)), w => ArgumentBinder.Means(w.Name, parameter.Name)));

    [Theory]
    [MemberData(nameof(Layers))]
    public void DefaultsAreTheSame(string layer)
    {
        var attribute = Attribute(layer);
        var constructor = attribute.GetConstructors()[0];
        var instance = constructor.Invoke([.. constructor.GetParameters().Select(p => p.ParameterType.IsArray
            ? Array.CreateInstance(p.ParameterType.GetElementType()!, 0)
            : Activator.CreateInstance(p.ParameterType))]);
        foreach (var parameter in LayerRegistry.Get(layer).Signature.Parameters)
        {
            if (Properties(attribute).FirstOrDefault(p => p.Name == parameter.Name) is { } property)
                Assert.Equal(Comparable(parameter.Default), Comparable(property.GetValue(instance)));
            foreach (var argument in attribute.GetConstructors().SelectMany(c => c.GetParameters()))
            {
                if (ArgumentBinder.Means(argument.Name!, parameter.Name) && argument.HasDefaultValue)
                    Assert.Equal(Comparable(parameter.Default), Comparable(argument.DefaultValue));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void EveryConstructorTakesWhatIsRequired(string layer)
    {
        var required = LayerRegistry.Get(layer).Signature.Parameters.Where(p => p.IsRequired).ToList();
        // What stands on a method takes nothing.
        foreach (var constructor in Attribute(layer).GetConstructors().Where(c => layer != "Loss" || c.GetParameters().Length > 0))
        {
            Assert.All(required, parameter => Assert.Contains(
                constructor.GetParameters(), p => !p.HasDefaultValue && ArgumentBinder.Means(p.Name!, parameter.Name)));
        }
    }

    [Fact]
    public void EveryFunctionIsALayersOrALosses() => Assert.Equal(
        Names(layer => layer.Role == LayerRole.Body).Concat(LossLayer.Functions.Keys).Order(),
        typeof(NetCompiler.Layers).GetMethods(BindingFlags.Public | BindingFlags.Static).Select(m => m.Name).Order());

    [Theory]
    [MemberData(nameof(Functions))]
    public void AFunctionTakesWhatItsLayerTakes(string layer)
    {
        var signature = LayerRegistry.Get(layer).Signature;
        var parameters = typeof(NetCompiler.Layers).GetMethod(layer)!.GetParameters();
        var tensors = parameters.TakeWhile(p => p.ParameterType == typeof(Tensor) || p.ParameterType == typeof(Tensor[])).ToList();
        var rest = parameters.Skip(tensors.Count).ToList();

        Assert.Equal(signature.Inputs, tensors[0].ParameterType == typeof(Tensor[]) ? Signature.AnyNumber : tensors.Count);
        Assert.Equal(("name", typeof(string), true), (rest[^1].Name, rest[^1].ParameterType, rest[^1].HasDefaultValue));
        // A tensor that may be given stands behind the arguments.
        if (signature.OptionalInput is { } optional)
        {
            var given = rest[^2];
            Assert.Equal((char.ToLowerInvariant(optional[0]) + optional[1..], typeof(Tensor), true), (given.Name, given.ParameterType, given.HasDefaultValue));
            rest.Remove(given);
        }

        Assert.Equal(signature.Parameters.Select(p => p.Name), rest.SkipLast(1).Select(p => char.ToUpperInvariant(p.Name![0]) + p.Name[1..]));
        foreach (var (parameter, argument) in signature.Parameters.Zip(rest))
        {
            var expected = parameter.Kind switch
            {
                ArgumentKind.Int => typeof(int),
                ArgumentKind.Double => typeof(double),
                ArgumentKind.Bool => typeof(bool),
                ArgumentKind.Pair => typeof(Size2D),
                ArgumentKind.Ints => typeof(int[]),
                ArgumentKind.Numbers => typeof(double[]),
                _ => argument.ParameterType.IsEnum ? argument.ParameterType : typeof(string),
            };
            Assert.Equal(expected, argument.ParameterType);
            Assert.Equal(parameter.IsRequired, !argument.HasDefaultValue);
            // Numbers that are left out are the signature's default.
            if (parameter.Kind is not (ArgumentKind.Pair or ArgumentKind.Ints))
                Assert.Equal(parameter.Default, Comparable(argument.HasDefaultValue ? Member(argument) : null));
        }
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void AFunctionReturnsWhatItsLayerComputes(string layer)
    {
        var (known, type) = (LayerRegistry.Get(layer), typeof(NetCompiler.Layers).GetMethod(layer)!.ReturnType);
        if (known is not MultiResultLayer)
            Assert.Equal(typeof(Tensor), type);
        else if (type != typeof(Tensor[]))
            Assert.Equal(Enumerable.Repeat(typeof(Tensor), known.CountResults(Compiler.Graphs.Attributes.Empty)), type.GetGenericArguments());
    }

    [Theory]
    [InlineData(typeof(PadMode), typeof(Compiler.Ops.PaddingMode))]
    [InlineData(typeof(UpsampleMode), typeof(Compiler.Ops.InterpolationMode))]
    public void AnEnumHasTheMembersThatTheCompilerKnows(Type written, Type known) =>
        Assert.Equal(Enum.GetNames(known), Enum.GetNames(written));

    [Fact]
    public void BodyLayersHaveANameAndOthersHaveNone() => Assert.All(LayerRegistry.Layers.Where(l => l.Value.StandsInChains), layer =>
        Assert.Equal(layer.Value.Role == LayerRole.Body, Attribute(layer.Key).GetProperty(LayerSpec.NameArgument) is not null));

    private static IEnumerable<string> Names(Func<Layer, bool> which) => LayerRegistry.Layers.Where(l => which(l.Value)).Select(l => l.Key);

    private static Type Attribute(string layer) => s_attributes.Single(type => type.Name == layer + "Attribute");

    private static IEnumerable<PropertyInfo> Properties(Type attribute) =>
        attribute.GetProperties().Where(p => p.CanWrite && p.Name != LayerSpec.NameArgument);

    private static IEnumerable<(string Name, Type Type)> Written(Type attribute) =>
        attribute.GetConstructors().SelectMany(c => c.GetParameters()).Select(p => (p.Name!, p.ParameterType))
            .Concat(Properties(attribute).Select(p => (p.Name, p.PropertyType)));

    // Reflection has the number of an enum's member as the default.
    private static object? Member(System.Reflection.ParameterInfo argument) => argument.ParameterType.IsEnum
        ? Enum.ToObject(argument.ParameterType, argument.DefaultValue!)
        : argument.DefaultValue;

    private static object? Comparable(object? value) => value switch
    {
        Enum member => member.ToString(),
        string text => text,
        IEnumerable items => items.Cast<object>().ToList(),
        _ => value,
    };
}
