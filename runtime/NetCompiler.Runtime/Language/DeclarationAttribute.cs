namespace NetCompiler;

/// <summary>One entry of a network's declaration: its input, a layer or its loss. Their order is the network's.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true, Inherited = false)]
public abstract class DeclarationAttribute : Attribute
{
    private protected DeclarationAttribute()
    {
    }
}
