using System.Collections.Immutable;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Stages;

namespace NetCompiler.Compiler.Cpu;

/// <summary>The kernel of one kind of register tile.</summary>
/// <param name="Kernel">The kernel.</param>
/// <param name="Indices">
/// The names of the axes whose first step it takes, in the order of its first parameters; "block" for the vector's.
/// </param>
/// <param name="Arguments">What its other parameters are.</param>
internal sealed record TileKernel(Kernel Kernel, ImmutableArray<string> Indices, ImmutableArray<LaunchArgument> Arguments);
