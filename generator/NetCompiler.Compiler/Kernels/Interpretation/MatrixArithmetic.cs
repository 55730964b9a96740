using System.Collections.Immutable;

namespace NetCompiler.Compiler.Kernels.Interpretation;

/// <summary>
/// Products of matrices as a warp computes them. Each sum is rounded to single precision once for each product; in which order and with
/// how many bits a device adds up a product's terms, its maker does not say.
/// </summary>
internal static class MatrixArithmetic
{
    /// <summary>A number rounded to the format, as the bits of a single-precision number.</summary>
    public static uint Round(MatrixFormat format, float value)
    {
        var bits = LaneArithmetic.Bits(value);
        if (float.IsNaN(value))
            return 0x7FFF0000;
        return format == MatrixFormat.Tf32
            ? (bits + 0x1000) & ~0x1FFFu
            : (bits + 0x7FFF + (bits >> 16 & 1)) & 0xFFFF0000;
    }

    /// <summary>A register with numbers in a format.</summary>
    public static int Pack(MatrixFormat format, float first, float second) => format == MatrixFormat.Tf32
        ? (int)Round(format, first)
        : (int)(Round(format, first) >> 16 | Round(format, second));

    /// <summary>A number of a register.</summary>
    public static float Unpack(MatrixFormat format, int register, int element) => LaneArithmetic.Single(
        format == MatrixFormat.Tf32 ? (uint)register & ~0x1FFFu : element == 0 ? (uint)register << 16 : (uint)register & 0xFFFF0000);

    /// <summary>Adds a product to the sums of a warp.</summary>
    /// <param name="format">The format of the factors.</param>
    /// <param name="left">Registers of each thread.</param>
    /// <param name="right">Registers of each thread.</param>
    /// <param name="sums">Sums of each thread.</param>
    public static void MultiplyAdd(
        MatrixFormat format, ImmutableArray<int[]> left, ImmutableArray<int[]> right, ImmutableArray<float[]> sums)
    {
        var terms = MatrixFragment.Terms(format);
        var (a, b) = (new double[MatrixFragment.Rows, terms], new double[terms, MatrixFragment.Columns]);
        for (var thread = 0; thread < MatrixFragment.Threads; thread++)
        {
            var (line, term) = (thread / MatrixFragment.Neighbours, thread % MatrixFragment.Neighbours * MatrixFragment.TermsOfNeighbour(format));
            for (var element = 0; element < MatrixFragment.ElementsOfRegister(format); element++)
            {
                for (var register = 0; register < MatrixFragment.LeftRegisters; register++)
                {
                    var place = MatrixFragment.Left(format, register, element);
                    a[line + place.Row, term + place.Term] = Unpack(format, left[thread][register], element);
                }

                for (var register = 0; register < MatrixFragment.RightRegisters; register++)
                    b[term + MatrixFragment.Right(format, register, element), line] = Unpack(format, right[thread][register], element);
            }
        }

        for (var thread = 0; thread < MatrixFragment.Threads; thread++)
        {
            for (var i = 0; i < MatrixFragment.Sums; i++)
            {
                var place = MatrixFragment.Sum(i);
                var (row, column) = (thread / MatrixFragment.Neighbours + place.Row, thread % MatrixFragment.Neighbours * 2 + place.Column);
                double sum = sums[thread][i];
                for (var term = 0; term < terms; term++)
                    sum += a[row, term] * b[term, column];
                sums[thread][i] = (float)sum;
            }
        }
    }
}
