using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;

namespace NetCompiler.Compiler.Stages;

/// <summary>A machine to compile for: the implementations it has, and how values lie in its memory.</summary>
public interface ITarget
{
    /// <summary>Its name in dumps and in names of emitted classes: "cpu512".</summary>
    string Name { get; }

    /// <summary>All implementations, in the order in which ties are decided.</summary>
    ImmutableArray<IImplementation> Implementations { get; }

    /// <summary>How a value that stages hand to each other lies in memory.</summary>
    Layout LayoutOf(TensorType type);
}
