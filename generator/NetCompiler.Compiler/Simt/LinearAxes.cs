using System.Collections.Immutable;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Ops;
using Index = NetCompiler.Compiler.Kernels.IndexArithmetic;

namespace NetCompiler.Compiler.Simt;

/// <summary>
/// Several axes run through by one number, row-major, the batch outermost. An axis may go in steps of a window of elements: the
/// number then counts windows, and a second one the elements of a window.
/// </summary>
internal sealed class LinearAxes
{
    private readonly ImmutableArray<(Axis Axis, int Window, int Steps)> _axes;

    /// <summary>Axes in order; the batch goes to the front.</summary>
    /// <param name="axes">The axes.</param>
    /// <param name="window">Elements of a window along an axis; 1 where it is null.</param>
    /// <param name="steps">Windows along an axis; as many whole ones as there are where it is null.</param>
    public LinearAxes(IEnumerable<Axis> axes, Func<Axis, int>? window = null, Func<Axis, int>? steps = null)
    {
        _axes =
        [
            .. axes.OrderBy(a => a.Extent.IsBatch ? 0 : 1).Select(a =>
            {
                var size = window?.Invoke(a) ?? 1;
                return (a, size, a.Extent.IsBatch ? 0 : steps?.Invoke(a) ?? a.Extent.Size / size);
            }),
        ];
        HasBatch = _axes.Any(a => a.Axis.Extent.IsBatch);
        Steps = _axes.Where(a => !a.Axis.Extent.IsBatch).Aggregate(1, (product, a) => product * a.Steps);
        Window = _axes.Aggregate(1, (product, a) => product * a.Window);
    }

    /// <summary>The axes.</summary>
    public IEnumerable<Axis> Axes => _axes.Select(a => a.Axis);

    /// <summary>True where the batch is among the axes.</summary>
    public bool HasBatch { get; }

    /// <summary>Steps through all axes, for one sample where the batch is among them.</summary>
    public int Steps { get; }

    /// <summary>Elements of a step.</summary>
    public int Window { get; }

    /// <summary>The largest number of steps.</summary>
    public long Largest(int chunk) => HasBatch ? (long)chunk * Steps : Steps;

    /// <summary>The number of steps.</summary>
    public Expression Count(SimtKernel kernel) => HasBatch ? Index.Scale(kernel.Count, Steps) : kernel.Index(Steps);

    /// <summary>True where blocks of a size fill the steps exactly, so that none hangs over.</summary>
    public bool IsFilledBy(int block) => !HasBatch && Steps % block == 0;

    /// <summary>Blocks of a size that cover the steps.</summary>
    public Expression Blocks(SimtKernel kernel, int block) => Index.Divide(Index.Add(Count(kernel), kernel.Index(block - 1)), block);

    /// <summary>Binds the axes to the elements of a step.</summary>
    /// <param name="kernel">Takes the declarations.</param>
    /// <param name="step">The step's number.</param>
    /// <param name="point">Gets the axes' values.</param>
    /// <param name="element">Which element of the step's window; null for the first.</param>
    /// <param name="sample">The sample, where steps count those of one; null where they go through all.</param>
    public void Bind(
        SimtKernel kernel, Expression step, Dictionary<Axis, Expression> point, Expression? element = null, Expression? sample = null)
    {
        var first = FirstOf(kernel, step, sample);
        foreach (var pair in AtElement(kernel, first, element))
            point[pair.Key] = pair.Value;
    }

    /// <summary>The number of the step along each axis.</summary>
    /// <param name="kernel">Takes the declarations.</param>
    /// <param name="step">The step's number.</param>
    /// <param name="sample">The sample, where steps count those of one; null where they go through all.</param>
    public ImmutableArray<Expression> FirstOf(SimtKernel kernel, Expression step, Expression? sample = null)
    {
        var numbers = ImmutableArray.CreateBuilder<Expression>(_axes.Length);
        var stride = Steps;
        var isOutermost = true;
        foreach (var (axis, _, steps) in _axes)
        {
            if (!axis.Extent.IsBatch)
                stride /= steps;
            Expression number = kernel.Index(0);
            if (axis.Extent.IsBatch && sample is not null)
            {
                number = sample;
            }
            else if (axis.Extent.IsBatch || steps > 1)
            {
                number = Index.Divide(step, stride);
                if (!isOutermost)
                    number = Index.Remainder(number, steps);
                number = kernel.Builder.Let(axis.Name, number);
                if (!axis.Extent.IsBatch && number is Variable)
                    kernel.Ranges[number] = (0, steps - 1);
                isOutermost = false;
            }

            numbers.Add(number);
        }

        return numbers.MoveToImmutable();
    }

    /// <summary>The values of the axes at an element of a step's window.</summary>
    /// <param name="kernel">Takes the declarations.</param>
    /// <param name="numbers">What <see cref="FirstOf"/> gave.</param>
    /// <param name="element">Which element; null for the first.</param>
    public Dictionary<Axis, Expression> AtElement(SimtKernel kernel, ImmutableArray<Expression> numbers, Expression? element)
    {
        var point = new Dictionary<Axis, Expression>();
        var stride = Window;
        var isOutermost = true;
        for (var i = 0; i < _axes.Length; i++)
        {
            var (axis, window, steps) = _axes[i];
            stride /= window;
            var value = Index.Scale(numbers[i], window);
            if (window > 1 && element is not null)
            {
                var inside = Index.Divide(element, stride);
                if (!isOutermost)
                    inside = Index.Remainder(inside, window);
                isOutermost = false;
                value = Index.Add(value, inside);
                if (inside is not Constant)
                {
                    value = kernel.Builder.Let(axis.Name, value);
                    kernel.Ranges[value] = (0, steps * window - 1);
                }
            }

            point[axis] = value;
        }

        return point;
    }
}
