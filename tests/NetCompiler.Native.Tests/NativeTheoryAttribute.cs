namespace NetCompiler.Native.Tests;

/// <summary>As <see cref="NativeFactAttribute"/>, with cases.</summary>
public sealed class NativeTheoryAttribute : TheoryAttribute
{
    public NativeTheoryAttribute() => Skip = NativeTools.MissingReason;
}
