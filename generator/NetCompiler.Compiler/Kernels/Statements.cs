using System.Collections.Immutable;

namespace NetCompiler.Compiler.Kernels;

/// <summary>Something that a kernel does.</summary>
public abstract record Statement;

/// <summary>Statements in order; what they declare is visible to the end of the block.</summary>
public sealed record Block(ImmutableArray<Statement> Statements) : Statement;

/// <summary>How a loop is carried out.</summary>
public enum LoopKind
{
    /// <summary>One round after the other.</summary>
    Serial,

    /// <summary>Written out round by round; the bounds are constants.</summary>
    Unrolled,

    /// <summary>Rounds are independent and may run at the same time.</summary>
    Parallel,
}

/// <summary>Runs the body with <paramref name="Counter"/> = Start, Start + Step, … while it is below End. Step is positive.</summary>
public sealed record For(Variable Counter, Expression Start, Expression End, int Step, LoopKind Kind, Block Body) : Statement;

/// <summary>Declares a variable with its first value.</summary>
public sealed record Let(Variable Variable, Expression Value) : Statement;

/// <summary>Gives a declared variable another value.</summary>
public sealed record Assign(Variable Variable, Expression Value) : Statement;

/// <summary>
/// Writes the lanes of a value to consecutive elements, <paramref name="Index"/> elements after <paramref name="Pointer"/>.
/// </summary>
public sealed record Store(Expression Pointer, Expression Index, Expression Value) : Statement;

/// <summary>Runs one of two blocks.</summary>
public sealed record If(Expression Condition, Block Then, Block? Else = null) : Statement;

/// <summary>
/// Memory for the rest of the enclosing block, undefined at first. <paramref name="Pointer"/> names it; its space is Shared or Local.
/// </summary>
public sealed record Allocate(Variable Pointer, int Count) : Statement
{
    /// <summary>Bytes that the first element's place is a multiple of: those that a thread accesses at once at most.</summary>
    public const int Alignment = 16;
}

/// <summary>Whom a barrier waits for.</summary>
public enum BarrierScope
{
    /// <summary>All threads of the group.</summary>
    Group,

    /// <summary>All threads of the grid.</summary>
    Grid,
}

/// <summary>
/// No thread of the scope goes on before all have come here, and all see what the others wrote. Not inside divergent flow.
/// </summary>
public sealed record Barrier(BarrierScope Scope) : Statement;

/// <summary>
/// Asks for memory that is soon to be read to be brought near. Nothing depends on it, and it may point anywhere.
/// </summary>
public sealed record Prefetch(Expression Pointer, Expression Index) : Statement;

/// <summary>Runs another kernel of the same target.</summary>
public sealed record Call(Kernel Kernel, ImmutableArray<Expression> Arguments) : Statement;

/// <summary>A remark for the reader of the printed code.</summary>
public sealed record Remark(string Text) : Statement;
