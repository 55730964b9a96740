using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Stages;

namespace NetCompiler.Compiler.Cpu;

/// <summary>A factor as a tile reads it: everything about it is a stride.</summary>
/// <param name="Pointer">The kernel's parameter for it.</param>
/// <param name="Offset">Where the element of index 0 lies.</param>
/// <param name="Stride">Elements between neighbours along an axis, in a block of the vector axis.</param>
/// <param name="BlockStride">Elements from a block of the vector axis to the next; 0 where the factor does not depend on it.</param>
/// <param name="LaneStride">1 where lanes lie side by side, 0 where all lanes read the same element.</param>
/// <param name="Groups">For <see cref="FixedPoint"/> numbers how they lie together; null for factors in single precision.</param>
internal sealed record TileOperand(
    Func<StageKernel, Variable> Pointer, long Offset, Func<Axis, int, long> Stride, long BlockStride, long LaneStride,
    FixedPointGroups? Groups = null);

/// <summary>Terms whose <see cref="FixedPoint"/> weights lie together. All strides of such a factor count words.</summary>
/// <param name="Axis">The summed axis along which terms are grouped: its stride is that from a group to the next.</param>
/// <param name="Scales">The kernel's parameter for the scales, one for each element of the vector axis.</param>
internal sealed record FixedPointGroups(Axis Axis, Func<StageKernel, Variable> Scales);
