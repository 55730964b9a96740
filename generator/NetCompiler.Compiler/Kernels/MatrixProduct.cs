using System.Collections.Immutable;

namespace NetCompiler.Compiler.Kernels;

/// <summary>What the factors of a warp's matrix product are rounded to. Products and sums are single precision.</summary>
public enum MatrixFormat
{
    /// <summary>10 bits of mantissa, 8 of exponent; halves are rounded away from zero. A register holds one element.</summary>
    Tf32,

    /// <summary>7 bits of mantissa, 8 of exponent; halves are rounded to even. A register holds two elements.</summary>
    BFloat16,
}

/// <summary>
/// Which elements of the factors and of the sums a thread of a warp holds: those of PTX's mma.m16n8k8 for tf32 and mma.m16n8k16 for
/// bfloat16. Four neighbouring threads share a row of the left factor and of the sums, and a column of the right factor.
/// </summary>
public static class MatrixFragment
{
    /// <summary>Threads that compute a product together.</summary>
    public const int Threads = 32;

    /// <summary>Rows of the left factor and of the sums.</summary>
    public const int Rows = 16;

    /// <summary>Columns of the right factor and of the sums.</summary>
    public const int Columns = 8;

    /// <summary>Threads that share a row.</summary>
    public const int Neighbours = 4;

    /// <summary>Sums of a thread.</summary>
    public const int Sums = 4;

    /// <summary>Registers of the left factor.</summary>
    public const int LeftRegisters = 4;

    /// <summary>Registers of the right factor.</summary>
    public const int RightRegisters = 2;

    /// <summary>Elements that a register holds.</summary>
    public static int ElementsOfRegister(MatrixFormat format) => format == MatrixFormat.Tf32 ? 1 : 2;

    /// <summary>Terms that a product adds to each sum.</summary>
    public static int Terms(MatrixFormat format) => 2 * Neighbours * ElementsOfRegister(format);

    /// <summary>Terms from one neighbour's first element to the next one's.</summary>
    public static int TermsOfNeighbour(MatrixFormat format) => ElementsOfRegister(format);

    /// <summary>
    /// An element of the left factor, as rows after thread / 4 and terms after thread % 4 · <see cref="TermsOfNeighbour"/>.
    /// </summary>
    public static (int Row, int Term) Left(MatrixFormat format, int register, int element) =>
        (register % 2 * (Rows / 2), register / 2 * Neighbours * ElementsOfRegister(format) + element);

    /// <summary>
    /// An element of the right factor in column thread / 4, as terms after thread % 4 · <see cref="TermsOfNeighbour"/>.
    /// </summary>
    public static int Right(MatrixFormat format, int register, int element) =>
        register * Neighbours * ElementsOfRegister(format) + element;

    /// <summary>A sum, as rows after thread / 4 and columns after thread % 4 · 2.</summary>
    public static (int Row, int Column) Sum(int sum) => (sum / 2 * (Rows / 2), sum % 2);
}

/// <summary>A register of a factor: single-precision numbers rounded to a format, the first in the lowest bits.</summary>
public sealed record FragmentRegister(MatrixFormat Format, ImmutableArray<Expression> Elements) : Expression(KernelType.I32)
{
    /// <inheritdoc/>
    protected override ImmutableArray<Expression> ListOperands() => Elements;

    /// <inheritdoc/>
    public override Expression WithOperands(ImmutableArray<Expression> operands) => new FragmentRegister(Format, operands);

    /// <inheritdoc/>
    public bool Equals(FragmentRegister? other) =>
        other is not null && Format == other.Format && Elements.SequenceEqual(other.Elements);

    /// <inheritdoc/>
    public override int GetHashCode() => Elements.Aggregate((int)Format, (hash, element) => hash * 31 + element.GetHashCode());
}

/// <summary>
/// Adds the product of two factors to sums, all of which the 32 threads of a warp hold together as <see cref="MatrixFragment"/> says. All
/// of them come here together. Only devices with tensor cores can: NVIDIA's from compute capability 8.0.
/// </summary>
/// <param name="Format">What the factors are rounded to.</param>
/// <param name="Sums">The thread's sums.</param>
/// <param name="Left">The thread's registers of the left factor, each a <see cref="FragmentRegister"/>.</param>
/// <param name="Right">Those of the right factor.</param>
public sealed record MatrixMultiplyAdd(
    MatrixFormat Format, ImmutableArray<Variable> Sums, ImmutableArray<Expression> Left, ImmutableArray<Expression> Right) : Statement;
