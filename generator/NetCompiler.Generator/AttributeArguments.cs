using System.Globalization;
using Microsoft.CodeAnalysis;
using NetCompiler.Compiler.Language;

namespace NetCompiler.Generator;

/// <summary>Reads what is written down in an attribute.</summary>
internal static class AttributeArguments
{
    /// <summary>The constructor's arguments, then the properties; null where the attribute is not valid C#.</summary>
    public static List<WrittenArgument>? Read(AttributeData attribute)
    {
        if (attribute.AttributeConstructor is not { } constructor)
            return null;
        var arguments = new List<WrittenArgument>();
        for (var i = 0; i < attribute.ConstructorArguments.Length; i++)
            arguments.Add(new WrittenArgument(constructor.Parameters[i].Name, Value(attribute.ConstructorArguments[i])));
        arguments.AddRange(attribute.NamedArguments.Select(argument => new WrittenArgument(argument.Key, Value(argument.Value))));
        var isValid = attribute.ConstructorArguments.Concat(attribute.NamedArguments.Select(a => a.Value)).All(IsValid);
        return isValid ? arguments : null;
    }

    /// <summary>The name of an enum's member; a number that no member has is handed on as it is, and the layer will not know it.</summary>
    public static string Member(ITypeSymbol type, object? value) =>
        type.GetMembers().OfType<IFieldSymbol>().FirstOrDefault(field => Equals(field.ConstantValue, value))?.Name
        ?? Convert.ToString(value, CultureInfo.InvariantCulture);

    private static bool IsValid(TypedConstant constant) =>
        constant.Kind != TypedConstantKind.Error
        && (constant.Kind != TypedConstantKind.Array || constant.IsNull || constant.Values.All(IsValid));

    private static object? Value(TypedConstant constant) => constant switch
    {
        { IsNull: true } => null,
        { Kind: TypedConstantKind.Error } => null,
        { Kind: TypedConstantKind.Enum } => Member(constant.Type!, constant.Value),
        { Kind: TypedConstantKind.Array, Type: IArrayTypeSymbol { ElementType.SpecialType: SpecialType.System_Int32 } } =>
            constant.Values.Select(v => v.Value is int number ? number : 0).ToArray(),
        { Kind: TypedConstantKind.Array } => constant.Values.Select(v => v.Value is double number ? number : 0).ToArray(),
        { Value: float number } => (double)number,
        _ => constant.Value,
    };
}
