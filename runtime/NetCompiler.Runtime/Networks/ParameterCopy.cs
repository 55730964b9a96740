namespace NetCompiler;

/// <summary>The parameters of a network in the memory of a device, where training may change them.</summary>
internal abstract unsafe class ParameterCopy
{
    /// <summary>Copies all of them to the process.</summary>
    /// <param name="parameters">Room for as many floats as the network has.</param>
    public abstract void CopyTo(float* parameters);
}
