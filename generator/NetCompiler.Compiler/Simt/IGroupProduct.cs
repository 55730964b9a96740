using NetCompiler.Compiler.Kernels;

namespace NetCompiler.Compiler.Simt;

/// <summary>
/// How the threads of a group multiply two tiles in shared memory: which sums of the group's tile a thread has in registers, and how they
/// are added up. What is around that, <see cref="SimtContractionLowering"/> writes.
/// </summary>
internal interface IGroupProduct
{
    /// <summary>The group's tile.</summary>
    SimtTile Tile { get; }

    /// <summary>What the tile and the threads' parts of it are, for the kernel's summary.</summary>
    string Description { get; }

    /// <summary>
    /// Whether the next part of a sum is copied to shared memory while the one before is added up, which has room for both.
    /// </summary>
    bool CopiesAhead { get; }

    /// <summary>
    /// Whether the elements of a row's window lie side by side in shared memory, as for a thread that reads all of them; else rows do.
    /// </summary>
    bool KeepsWindowsTogether { get; }

    /// <summary>Rows of which a thread has sums.</summary>
    int Rows { get; }

    /// <summary>Columns of which a thread has sums.</summary>
    int Columns { get; }

    /// <summary>The thread's first row in the group's tile.</summary>
    Expression FirstRow { get; }

    /// <summary>The thread's first column in the group's tile.</summary>
    Expression FirstColumn { get; }

    /// <summary>Rows from a thread's first one to another one.</summary>
    int RowOffset(int row);

    /// <summary>Columns from a thread's first one to another one.</summary>
    int ColumnOffset(int column);

    /// <summary>Elements from a term to the next one in shared memory.</summary>
    /// <param name="width">Elements of a term.</param>
    int Pitch(int width);

    /// <summary>Declares what a thread knows of its place.</summary>
    /// <returns>The thread's number in its group.</returns>
    Expression Begin(SimtKernel kernel);

    /// <summary>Declares what does not change from one part of the sum to the next.</summary>
    void Prepare(SimtKernel kernel, SharedOperand rows, SharedOperand columns);

    /// <summary>Adds a part of the sum.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="rows">The factor that depends on rows.</param>
    /// <param name="columns">The factor that depends on columns.</param>
    /// <param name="sums">The thread's sums, by row, element of the row's window and column.</param>
    void MultiplyAdd(SimtKernel kernel, SharedOperand rows, SharedOperand columns, Variable[][][] sums);
}
