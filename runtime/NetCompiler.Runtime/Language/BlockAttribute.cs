namespace NetCompiler;

/// <summary>
/// A part of a network that is used several times: each call has weights of its own, under a name of its own. That name is the variable
/// that the call's result is declared as, or the method's and a number: "residual1.conv1.weight".
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BlockAttribute : Attribute;
