using System.Collections.Immutable;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Stages;
using Index = NetCompiler.Compiler.Kernels.IndexArithmetic;

namespace NetCompiler.Compiler.Simt;

/// <summary>Writes the kernels of a contraction for one tiling: all but how the threads of a group multiply.</summary>
internal sealed class SimtContractionLowering
{
    private readonly Stage _stage;
    private readonly StageEnvironment _environment;
    private readonly ContractionShape _shape;
    private readonly IGroupProduct _product;
    private readonly SimtTile _tile;
    private readonly BatchSlices? _slices;
    private readonly SimtKernel _kernel;
    private readonly StageEvaluator _evaluator;

    private SimtContractionLowering(
        Stage stage, StageEnvironment environment, ContractionShape shape, IGroupProduct product)
    {
        (_stage, _environment, _shape, _product, _tile) = (stage, environment, shape, product, product.Tile);
        _slices = shape.Contraction.SumsBatch ? new BatchSlices(stage, environment, _tile.Slices) : null;
        _kernel = new SimtKernel(stage, environment, _slices is null ? [] : [_slices.Buffer])
            .Declare(_slices is null ? stage.Inputs.Concat(stage.Outputs) : stage.Inputs);
        _evaluator = new StageEvaluator(stage, environment, _kernel);
    }

    private KernelBuilder Builder => _kernel.Builder;

    /// <summary>The launch of a contraction, with a kernel for every device and perhaps one for those of compute capability 8.0 and up.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="environment">Where it runs.</param>
    /// <param name="shape">The contraction.</param>
    /// <param name="product">How groups multiply on every device.</param>
    /// <param name="newer">How they multiply on newer ones, with the same groups; null for the same way.</param>
    public static KernelPlan Run(
        Stage stage, StageEnvironment environment, ContractionShape shape, IGroupProduct product, IGroupProduct? newer)
    {
        var plan = new SimtContractionLowering(stage, environment, shape, product).Lower();
        if (newer is null)
            return plan;
        var (plain, other) = (plan.Launches.Single(), new SimtContractionLowering(stage, environment, shape, newer).Lower().Launches.Single());
        if (!plain.Arguments.SequenceEqual(other.Arguments))
            throw new InvalidOperationException($"{stage.Name}: its kernels for older and newer devices take different arguments.");
        return plan with { Launches = [plain with { Sm80Kernel = other.Kernel }] };
    }

    private KernelPlan Lower()
    {
        var thread = _product.Begin(_kernel);
        var row = Builder.Let("firstRow", Index.Scale(SimtKernel.Group(0), _tile.BlockRows));
        var column = Builder.Let("firstColumn", Index.Scale(SimtKernel.Group(1), _tile.BlockColumns));
        var plane = new Dictionary<Axis, Expression>();
        var (z, slice) = (SimtKernel.Group(2), (Expression)_kernel.Index(0));
        if (_shape.Planes.Axes.Any())
            _shape.Planes.Bind(_kernel, _tile.Slices > 1 ? Index.Remainder(z, _shape.Planes.Steps) : z, plane);
        if (_tile.Slices > 1)
            slice = Builder.Let("slice", Index.Divide(z, _shape.Planes.Steps));

        var rows = Share(_shape.RowFactor, _shape.Rows, _tile.BlockRows, "rows");
        var columns = Share(_shape.ColumnFactor, _shape.Columns, _tile.BlockColumns, "columns");
        rows.Prepare(thread, row);
        columns.Prepare(thread, column);
        _product.Prepare(_kernel, rows, columns);
        var sums = DeclareSums();
        var (first, end, isEven) = Terms(slice);
        if (_product.CopiesAhead)
            AddWhileCopying(first, end, rows, columns, Fill, sums);
        else
            AddPartByPart(first, end, rows, columns, Fill, sums);
        Finish(Builder.Let("row", Index.Add(row, _product.FirstRow)), Builder.Let("column", Index.Add(column, _product.FirstColumn)),
            plane, slice, sums);

        var grid = (_shape.Rows.Blocks(_kernel, _tile.BlockRows), _shape.Columns.Blocks(_kernel, _tile.BlockColumns),
            Index.Scale(_shape.Planes.Count(_kernel), _tile.Slices));
        var launch = _kernel.ToLaunch(_stage.Name, Summaries.Of(_stage, $"tile: {_product.Description}"), (_tile.ThreadsX, _tile.ThreadsY, 1), grid);
        return _slices is null ? new KernelPlan([], [], [launch]) : new KernelPlan([_slices.Buffer], [], [launch], _slices.Combine());

        void Fill(Expression part)
        {
            Builder.Add(new Remark("Both factors for the next terms of the sums, to shared memory."));
            _evaluator.Scope(() => rows.Fill(thread, row, plane, part, isEven ? null : end));
            _evaluator.Scope(() => columns.Fill(thread, column, plane, part, isEven ? null : end));
        }
    }

    private void AddPartByPart(
        Expression first, Expression end, SharedOperand rows, SharedOperand columns, Action<Expression> fill, Variable[][][] sums)
    {
        Builder.Loop("part", first, end, _tile.Depth, part =>
        {
            fill(part);
            Meet();
            _product.MultiplyAdd(_kernel, rows, columns, sums);
            // Nobody fills what somebody still reads; behind the only part nobody does.
            if (part is not Constant)
                Meet();
        });
    }

    // A part comes to one half of shared memory while the one before is added up from the other half. In the first round there is nothing to
    // add up yet, and in one more than there are parts nothing to copy.
    private void AddWhileCopying(
        Expression first, Expression end, SharedOperand rows, SharedOperand columns, Action<Expression> fill, Variable[][][] sums)
    {
        if (first is Constant && end is Constant { Number: var terms } && terms <= _tile.Depth)
        {
            fill(first);
            Builder.Add(new CommitCopies());
            Builder.Add(new WaitForCopies(0));
            Meet();
            _product.MultiplyAdd(_kernel, rows, columns, sums);
            return;
        }

        Builder.Loop("part", first, Index.Add(end, _kernel.Index(_tile.Depth)), _tile.Depth, part =>
        {
            Builder.Add(new Remark("What was copied in the round before is there, and nobody reads what comes next any more."));
            Builder.Add(new WaitForCopies(0));
            Meet();
            var done = first is Constant { Number: 0 } ? part : new Binary(BinaryFunction.Subtract, part, first);
            var half = Builder.Let("half", Index.Remainder(Index.Divide(done, _tile.Depth), 2));
            rows.Fill(half);
            columns.Fill(half);
            _kernel.If(new Comparison(ComparisonFunction.Less, part, end), () => fill(part));
            Builder.Add(new CommitCopies());
            _kernel.If(new Comparison(ComparisonFunction.Greater, part, first),
                () => _product.MultiplyAdd(_kernel, rows, columns, sums));
        });
    }

    private void Meet() => Builder.Add(new Kernels.Barrier(BarrierScope.Group));

    private SharedOperand Share(ScalarRead read, LinearAxes lines, int block, string name) =>
        new(_kernel, _evaluator, _stage, _environment, read, lines, _shape.Sums, _product, block, name);

    // The terms that the group adds up, and whether they come in whole parts.
    private (Expression First, Expression End, bool IsEven) Terms(Expression slice)
    {
        var steps = _shape.Sums.Steps;
        var isEven = steps % _tile.Depth == 0;
        if (_slices is null)
            return (_kernel.Index(0), _kernel.Index(steps), isEven);
        var (first, end) = _slices.Samples(_kernel, slice);
        return (Builder.Let("firstTerm", Index.Scale(first, steps)), Builder.Let("endTerm", Index.Scale(end, steps)), isEven);
    }

    private Variable[][][] DeclareSums()
    {
        var sums = new Variable[_product.Rows][][];
        for (var r = 0; r < _product.Rows; r++)
        {
            sums[r] = new Variable[_tile.Window][];
            for (var w = 0; w < _tile.Window; w++)
            {
                sums[r][w] = new Variable[_product.Columns];
                for (var c = 0; c < _product.Columns; c++)
                    sums[r][w][c] = Builder.Declare(FormattableString.Invariant($"sum{r * _tile.Window + w}_{c}"), Constant.Float(0));
            }
        }

        return sums;
    }

    private void Finish(Expression row, Expression column, Dictionary<Axis, Expression> plane, Expression slice, Variable[][][] sums)
    {
        Builder.Add(new Remark(_slices is null ? "What follows, on the sums in registers." : "To the slice's own sums."));
        for (var r = 0; r < _product.Rows; r++)
        {
            var number = Index.Add(row, _kernel.Index(_product.RowOffset(r)));
            var insideRows = Inside(number, _shape.Rows, _tile.BlockRows);
            var lineSums = sums[r];
            _kernel.If(insideRows, () => _evaluator.Scope(() =>
            {
                var first = _shape.Rows.FirstOf(_kernel, number);
                for (var c = 0; c < _product.Columns; c++)
                {
                    var place = Index.Add(column, _kernel.Index(_product.ColumnOffset(c)));
                    var element = c;
                    _kernel.If(Inside(place, _shape.Columns, _tile.BlockColumns), () => _evaluator.Scope(() =>
                    {
                        var point = new Dictionary<Axis, Expression>(plane);
                        _shape.Columns.Bind(_kernel, place, point);
                        Store(first, point, slice, [.. lineSums.Select(w => w[element])]);
                    }));
                }
            }));
        }
    }

    private Expression? Inside(Expression number, LinearAxes axes, int block) =>
        axes.IsFilledBy(block) ? null : new Comparison(ComparisonFunction.Less, number, axes.Count(_kernel));

    // One row and column: the sums of a window are in registers, everything behind them is computed here.
    private void Store(ImmutableArray<Expression> first, Dictionary<Axis, Expression> point, Expression slice, Variable[] window)
    {
        if (_slices is null)
            StoreResults(_kernel, _evaluator, _stage, _shape, first, point, window);
        else
            _slices.Add(_kernel, slice, Target(_evaluator, _shape, At(_kernel, _shape, first, point, null)), window[0]);
    }

    /// <summary>Computes the stage's results of one row and column from the sums of its window, and writes them.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="evaluator">The evaluator.</param>
    /// <param name="stage">The stage.</param>
    /// <param name="shape">The shape of its anchor.</param>
    /// <param name="first">The row, along each of its axes.</param>
    /// <param name="point">The other axes.</param>
    /// <param name="window">The sums.</param>
    public static void StoreResults(
        SimtKernel kernel, StageEvaluator evaluator, Stage stage, ContractionShape shape, ImmutableArray<Expression> first,
        Dictionary<Axis, Expression> point, IReadOnlyList<Expression> window)
    {
        var result = stage.Anchor.Result;
        var registers = new Dictionary<string, Expression>(StringComparer.Ordinal);
        for (var w = 0; w < window.Count; w++)
            registers[Key(Target(evaluator, shape, At(kernel, shape, first, point, kernel.Index(w))))] = window[w];
        evaluator.Resident = (value, index, _, _) => value == result ? registers[Key(index)] : null;
        // The index of a result of the stage: windows are counted, not their elements.
        var windows = new Dictionary<Axis, Expression>(point);
        foreach (var (axis, number) in shape.Rows.Axes.Zip(first, (a, n) => (a, n)))
            windows[axis] = number;
        var domain = Target(evaluator, shape, windows);
        foreach (var output in stage.Outputs)
            evaluator.Store(output, domain, evaluator.Evaluate(output, domain, -1, 1));
        evaluator.Resident = null;
    }

    private static Dictionary<Axis, Expression> At(
        SimtKernel kernel, ContractionShape shape, ImmutableArray<Expression> first, Dictionary<Axis, Expression> point, Expression? element)
    {
        var all = new Dictionary<Axis, Expression>(point);
        foreach (var pair in shape.Rows.AtElement(kernel, first, element))
            all[pair.Key] = pair.Value;
        return all;
    }

    private static ImmutableArray<Expression> Target(
        StageEvaluator evaluator, ContractionShape shape, Dictionary<Axis, Expression> point) =>
        [.. shape.Contraction.Definition.Target.Select(t => evaluator.Bind(t, point))];

    // Two indices that mean the same element have the same key.
    private static string Key(ImmutableArray<Expression> index) => string.Join(";", index.Select(e =>
    {
        var form = LinearForm.Of(e);
        return string.Join("+", form.Terms.Select(t => $"{t.Coefficient}*{t.Term}").OrderBy(t => t, StringComparer.Ordinal))
            + "+" + form.Constant.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }));
}
