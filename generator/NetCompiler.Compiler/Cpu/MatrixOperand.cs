using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Stages;

namespace NetCompiler.Compiler.Cpu;

/// <summary>A matrix in memory.</summary>
/// <param name="Pointer">The kernel's parameter for the memory in which it lies.</param>
/// <param name="RowStride">Elements from a row to the next.</param>
/// <param name="ColumnStride">Elements from a column to the next.</param>
internal sealed record MatrixOperand(Func<StageKernel, Variable> Pointer, long RowStride, long ColumnStride = 1);
