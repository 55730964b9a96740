using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Stages;
using Index = NetCompiler.Compiler.Kernels.IndexArithmetic;

namespace NetCompiler.Compiler.Simt;

/// <summary>
/// A factor of a contraction in shared memory: Depth terms of the sum, each for all rows (or columns) of the group. All threads
/// fill it together; what a read says of padding, strides and places that do not exist is decided here, element by element.
/// </summary>
internal sealed class SharedOperand
{
    private readonly SimtKernel _kernel;
    private readonly StageEvaluator _evaluator;
    private readonly Stage _stage;
    private readonly ScalarRead _read;
    private readonly LinearAxes _lines;
    private readonly LinearAxes _sums;
    private readonly SimtTile _tile;
    private readonly int _block;
    private readonly int _pitch;
    private readonly int _half;
    private readonly bool _alongSums;
    private readonly bool _isCopied;
    private readonly Variable _memory;
    private readonly List<(Expression Place, Dictionary<Axis, Expression> Point, Expression? Inside)> _fixed = [];
    private Expression? _term;
    private Expression? _firstPlace;
    private Expression? _emptyHalf;

    /// <summary>Allocates the memory, in which the terms lie at a pitch that is asked for, and computes what does not change from one part of the sum to the next.</summary>
    public SharedOperand(
        SimtKernel kernel, StageEvaluator evaluator, Stage stage, ScalarRead read, LinearAxes lines, LinearAxes sums, SimtTile tile,
        int block, Func<int, bool, int> pitch, int halves, string name)
    {
        (_kernel, _evaluator, _stage, _read, _lines, _sums, _tile, _block) = (kernel, evaluator, stage, read, lines, sums, tile, block);
        Width = block * lines.Window;
        _alongSums = LiesAlongSums();
        _pitch = pitch(Width, _alongSums);
        _half = tile.Depth * _pitch;
        _memory = kernel.Shared(name, halves * _half - (_pitch - Width));
        _isCopied = halves > 1 && evaluator.IsInMemory(stage.Anchor, read);
    }

    /// <summary>Elements of a term: rows (with their windows) or columns.</summary>
    public int Width { get; }

    /// <summary>Where the half begins that is full, as elements from the first one; null where there is one part of the sum only.</summary>
    public Expression? FullHalf { get; private set; }

    private KernelBuilder Builder => _kernel.Builder;

    /// <summary>The element of a term at a place.</summary>
    public Expression Element(Expression term, Expression place) => new Load(_memory, Offset(term, place));

    /// <summary>Where the element of a term at a place is, as elements from the first one.</summary>
    public Expression Offset(Expression term, Expression place) => Index.Add(Index.Scale(term, _pitch), place);

    /// <summary>A pointer to the element of a term at a place.</summary>
    public Expression At(Expression term, Expression place) => new Binary(BinaryFunction.Add, _memory, Offset(term, place));

    /// <summary>Chooses the half of the memory, 0 or 1, that is filled from here on. The other one is full.</summary>
    public void Fill(Expression half)
    {
        _emptyHalf = Index.Scale(half, _half);
        FullHalf = Index.Scale(new Binary(BinaryFunction.Subtract, _kernel.Index(1), half), _half);
    }

    /// <summary>Binds the axes of the elements that this thread fills in every part, where they are the same ones.</summary>
    /// <param name="thread">The thread's number in its group.</param>
    /// <param name="start">The group's first row or column.</param>
    public void Prepare(Expression thread, Expression start)
    {
        if (_alongSums)
        {
            _term = Builder.Let("term", Index.Remainder(thread, _tile.Depth));
            _firstPlace = Builder.Let("firstPlace", Index.Divide(thread, _tile.Depth));
            return;
        }

        if (_tile.Threads % Width == 0)
            Add(Width == _tile.Threads ? thread : Builder.Let("place", Index.Remainder(thread, Width)));
        else if (Width % _tile.Threads == 0)
        {
            for (var round = 0; round < Width / _tile.Threads; round++)
                Add(Index.Add(thread, _kernel.Index(round * _tile.Threads)));
        }

        void Add(Expression place)
        {
            var (point, inside) = Lines(place, start);
            _fixed.Add((place, point, inside is null ? null : Builder.Let("inside", inside)));
        }
    }

    /// <summary>Fills the memory with a part of the sum.</summary>
    /// <param name="thread">The thread's number in its group.</param>
    /// <param name="start">The group's first row or column.</param>
    /// <param name="plane">The axes that all elements of the group share.</param>
    /// <param name="first">The part's first term.</param>
    /// <param name="end">The end of the sum; null where the part does not reach beyond it.</param>
    public void Fill(Expression thread, Expression start, IReadOnlyDictionary<Axis, Expression> plane, Expression first, Expression? end)
    {
        if (_alongSums)
        {
            var (sums, exists) = Sums(first, _term!, end);
            Rounds("place", _firstPlace!, Width, _tile.Threads / _tile.Depth, place =>
            {
                var (lines, inside) = Lines(place, start);
                Write(_term!, place, [plane, lines, sums], And(inside, exists));
            });
        }
        else if (_fixed.Count > 0)
        {
            var rows = Math.Max(1, _tile.Threads / Width);
            Rounds("term", rows == 1 ? _kernel.Index(0) : Index.Divide(thread, Width), _tile.Depth, rows, term =>
            {
                var (sums, exists) = Sums(first, term, end);
                foreach (var (place, lines, inside) in _fixed)
                    Write(term, place, [plane, lines, sums], And(inside, exists));
            });
        }
        else
        {
            Rounds("element", thread, _tile.Depth * Width, _tile.Threads, element =>
            {
                var term = Builder.Let("term", Index.Divide(element, Width));
                var place = Builder.Let("place", Index.Remainder(element, Width));
                var (lines, inside) = Lines(place, start);
                var (sums, exists) = Sums(first, term, end);
                Write(term, place, [plane, lines, sums], And(inside, exists));
            });
        }
    }

    // From start to end in steps; without a loop where every thread has exactly one round.
    private void Rounds(string name, Expression start, int end, int step, Action<Expression> body)
    {
        if (start is not Constant && step == end)
            _evaluator.Scope(() => body(Builder.Let(name, start)));
        else
            Builder.Loop(name, start, _kernel.Index(end), step, i => _evaluator.Scope(() => body(i)));
    }

    private (Dictionary<Axis, Expression> Point, Expression? Inside) Lines(Expression place, Expression start)
    {
        var point = new Dictionary<Axis, Expression>();
        Expression? element = null;
        var step = place;
        if (_lines.Window > 1)
        {
            element = Builder.Let("tap", Index.Divide(place, _block));
            step = Index.Remainder(place, _block);
        }

        var number = Builder.Let("line", Index.Add(start, step));
        _lines.Bind(_kernel, number, point, element);
        return (point, _lines.IsFilledBy(_block) ? null : new Comparison(ComparisonFunction.Less, number, _lines.Count(_kernel)));
    }

    private (Dictionary<Axis, Expression> Point, Expression? Exists) Sums(Expression first, Expression term, Expression? end)
    {
        var point = new Dictionary<Axis, Expression>();
        var number = Builder.Let("summed", Index.Add(first, term));
        _sums.Bind(_kernel, number, point);
        return (point, end is null ? null : new Comparison(ComparisonFunction.Less, number, end));
    }

    private void Write(Expression term, Expression place, IReadOnlyDictionary<Axis, Expression>[] points, Expression? exists)
    {
        var point = points.SelectMany(p => p).ToDictionary(p => p.Key, p => p.Value);
        var at = Offset(term, place);
        if (_emptyHalf is not null)
            at = Index.Add(at, _emptyHalf);
        if (_isCopied && _evaluator.Locate(_stage.Anchor, _read, point) is { Element: { } source, Inside: var inside })
        {
            Builder.Add(new AsyncCopy(_memory, at, source.Pointer, source.Index, And(exists, inside)));
            return;
        }

        if (exists is null)
        {
            Builder.Add(new Store(_memory, at, Evaluate(point)));
            return;
        }

        var value = Builder.Declare("element", Constant.Float(0));
        _kernel.If(exists, () => _evaluator.Scope(() => Builder.Add(new Assign(value, Evaluate(point)))));
        Builder.Add(new Store(_memory, at, value));
    }

    // Each element is read once.
    private Expression Evaluate(Dictionary<Axis, Expression> point)
    {
        _evaluator.KeepsLoads = false;
        var element = _evaluator.EvaluateBody(_stage.Anchor, _read, point, null, 1);
        _evaluator.KeepsLoads = true;
        return element;
    }

    private static Expression? And(Expression? a, Expression? b) =>
        a is null ? b : b is null ? a : new Binary(BinaryFunction.And, a, b);

    // Neighbouring threads read along the sum where that, and not the rows, is what lies side by side in memory.
    private bool LiesAlongSums()
    {
        var last = _read.Indices[_read.Indices.Length - 1];
        var (sums, lines) = (Run(_sums), Run(_lines));
        return sums > lines && _tile.Threads % _tile.Depth == 0;

        int Run(LinearAxes axes) => axes.Axes.Where(a => last.CoefficientOf(a) == 1).Select(a => a.Extent.Size).DefaultIfEmpty(0).Max();
    }
}
