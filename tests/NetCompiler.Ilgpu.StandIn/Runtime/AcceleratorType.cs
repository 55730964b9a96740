namespace ILGPU.Runtime;

/// <summary>Kinds of accelerators.</summary>
public enum AcceleratorType
{
    CPU,
    Cuda,
    OpenCL,
}
