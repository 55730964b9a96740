using System.Collections.Immutable;
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
    private readonly SummedRun _run;
    private readonly SimtTile _tile;
    private readonly int _block;
    private readonly int _pitch;
    private readonly int _half;
    private readonly bool _keepsWindowsTogether;
    private readonly bool _alongSums;
    private readonly bool _isCopied;
    // Terms that a thread reads at once.
    private readonly int _lanes;
    private readonly Variable _memory;
    private readonly List<(Expression Place, Dictionary<Axis, Expression> Point, Expression? Inside)> _fixed = [];
    private Expression? _term;
    private Expression? _firstPlace;
    private Expression? _emptyHalf;
    private Expression _full;

    /// <summary>Allocates the memory, and computes what does not change from one part of the sum to the next.</summary>
    public SharedOperand(
        SimtKernel kernel, StageEvaluator evaluator, Stage stage, StageEnvironment environment, ScalarRead read, LinearAxes lines,
        LinearAxes sums, IGroupProduct product, int block, string name)
    {
        (_kernel, _evaluator, _stage, _read, _lines, _sums, _tile, _block) = (kernel, evaluator, stage, read, lines, sums, product.Tile, block);
        Width = block * lines.Window;
        _pitch = product.Pitch(Width);
        _half = _tile.Depth * _pitch;
        _keepsWindowsTogether = lines.Window > 1 && product.KeepsWindowsTogether;
        _memory = kernel.Shared(name, (product.CopiesAhead ? 2 : 1) * _half - (_pitch - Width));
        _full = _memory;
        _alongSums = LiesAlongSums();
        var value = evaluator.IsInMemory(stage.Anchor, read) ? stage.Anchor.Inputs[read.Source] : null;
        _isCopied = product.CopiesAhead && value is not null;
        _run = value is null ? SummedRun.None(sums) : SummedRun.Of(read, value.Type, environment.Layouts[value], sums);
        _lanes = value is not null && _alongSums && !_isCopied && ComesByFour(kernel.AlignmentOf(value)) ? SimtTarget.LanesOfAccess : 1;
    }

    /// <summary>Elements of a term: rows (with their windows) or columns.</summary>
    public int Width { get; }

    /// <summary>Where the half begins that is full, as elements from the first one; null where there is one part of the sum only.</summary>
    public Expression? FullHalf { get; private set; }

    private KernelBuilder Builder => _kernel.Builder;

    /// <summary>Where <see cref="Read"/> and <see cref="ReadWindow"/> read from here on: in the half that is full.</summary>
    public void BeginReading()
    {
        if (FullHalf is { } half)
            _full = Builder.Let("full", new Binary(BinaryFunction.Add, _memory, half));
    }

    /// <summary>Reads elements of a term that lie side by side: one, or four at once.</summary>
    /// <param name="name">What the variables are called.</param>
    /// <param name="term">The term.</param>
    /// <param name="place">Where the first one is.</param>
    /// <param name="count">How many; of more than one a multiple of four, the first of which is at a multiple of four.</param>
    public IEnumerable<Expression> Read(string name, Expression term, Expression place, int count)
    {
        if (count == 1)
            return [Builder.Let(name, new Load(_full, Offset(term, place)))];
        var elements = new List<Expression>();
        for (var i = 0; i < count; i += SimtTarget.LanesOfAccess)
        {
            var four = Builder.Let(name, new Load(_full, Offset(term, Index.Add(place, _kernel.Index(i))), SimtTarget.LanesOfAccess));
            elements.AddRange(Enumerable.Range(0, SimtTarget.LanesOfAccess).Select(lane => new Extract(four, lane)));
        }

        return elements;
    }

    /// <summary>Reads the elements of a term that belong to a line's window.</summary>
    /// <param name="name">What the variables are called.</param>
    /// <param name="term">The term.</param>
    /// <param name="line">The row or column, counted from the group's first one.</param>
    public ImmutableArray<Expression> ReadWindow(string name, Expression term, Expression line) => _keepsWindowsTogether
        ? [.. Read(name, term, Index.Scale(line, _lines.Window), _lines.Window)]
        : [.. Enumerable.Range(0, _lines.Window).SelectMany(w => Read(name, term, Index.Add(line, _kernel.Index(w * _block)), 1))];

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
            _term = Builder.Let("term", Index.Scale(Index.Remainder(thread, _tile.Depth / _lanes), _lanes));
            _firstPlace = Builder.Let("firstPlace", Index.Divide(thread, _tile.Depth / _lanes));
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
            Rounds("place", _firstPlace!, Width, _tile.Threads / (_tile.Depth / _lanes), place =>
            {
                var (lines, inside) = Lines(place, start);
                Write(_term!, place, sums, [plane, lines], And(inside, exists));
            });
        }
        else if (_fixed.Count > 0)
        {
            var rows = Math.Max(1, _tile.Threads / Width);
            Rounds("term", rows == 1 ? _kernel.Index(0) : Index.Divide(thread, Width), _tile.Depth, rows, term =>
            {
                var (sums, exists) = Sums(first, term, end);
                foreach (var (place, lines, inside) in _fixed)
                    Write(term, place, sums, [plane, lines], And(inside, exists));
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
                Write(term, place, sums, [plane, lines], And(inside, exists));
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
            element = Builder.Let("tap", _keepsWindowsTogether ? Index.Remainder(place, _lines.Window) : Index.Divide(place, _block));
            step = _keepsWindowsTogether ? Index.Divide(place, _lines.Window) : Index.Remainder(place, _block);
        }

        var number = Builder.Let("line", Index.Add(start, step));
        _lines.Bind(_kernel, number, point, element);
        return (point, _lines.IsFilledBy(_block) ? null : new Comparison(ComparisonFunction.Less, number, _lines.Count(_kernel)));
    }

    // The axes of a term, and where it is in its run.
    private (Term Term, Expression? Exists) Sums(Expression first, Expression term, Expression? end)
    {
        var point = new Dictionary<Axis, Expression>();
        var number = Builder.Let("summed", Index.Add(first, term));
        var inRun = _run.Bind(_kernel, number, point);
        return (new Term(point, inRun), end is null ? null : new Comparison(ComparisonFunction.Less, number, end));
    }

    private void Write(Expression term, Expression place, Term summed, IReadOnlyDictionary<Axis, Expression>[] points, Expression? exists)
    {
        var point = points.Append(summed.Point).SelectMany(p => p).ToDictionary(p => p.Key, p => p.Value);
        if (_isCopied || _run.Steps > 1)
        {
            var (element, inside) = _evaluator.Locate(_stage.Anchor, _read, point);
            if (element is not null)
            {
                Copy(term, place, new Load(element.Pointer, Index.Add(element.Index, summed.InRun), _lanes), And(exists, inside));
                return;
            }
        }

        if (exists is null)
        {
            Builder.Add(new Store(_memory, PlaceToFill(term, place), Evaluate(point)));
            return;
        }

        var value = Builder.Declare("element", Constant.Float(0));
        _kernel.If(exists, () => _evaluator.Scope(() => Builder.Add(new Assign(value, Evaluate(point)))));
        Builder.Add(new Store(_memory, PlaceToFill(term, place), value));
    }

    // What lies in memory as it is; zeros where the condition does not hold.
    private void Copy(Expression term, Expression place, Load source, Expression? exists)
    {
        if (_isCopied)
        {
            Builder.Add(new AsyncCopy(_memory, PlaceToFill(term, place), source.Pointer, source.Index, exists));
            return;
        }

        var elements = exists is null ? Elements()
            : [.. Enumerable.Range(0, _lanes).Select(_ => (Expression)Builder.Declare("element", Constant.Float(0)))];
        _kernel.If(exists, () =>
        {
            foreach (var (element, read) in exists is null ? [] : elements.Zip(Elements(), (e, r) => (e, r)))
                Builder.Add(new Assign((Variable)element, read));
        });
        for (var lane = 0; lane < _lanes; lane++)
            Builder.Add(new Store(_memory, PlaceToFill(Index.Add(term, _kernel.Index(lane)), place), elements[lane]));

        Expression[] Elements()
        {
            if (_lanes == 1)
                return [source];
            var four = Builder.Let("elements", source);
            return [.. Enumerable.Range(0, _lanes).Select(lane => new Extract(four, lane))];
        }
    }

    // In the half that is filled.
    private Expression PlaceToFill(Expression term, Expression place)
    {
        var at = Offset(term, place);
        return _emptyHalf is null ? at : Index.Add(at, _emptyHalf);
    }

    // Each element is read once.
    private Expression Evaluate(Dictionary<Axis, Expression> point)
    {
        _evaluator.KeepsLoads = false;
        var element = _evaluator.EvaluateBody(_stage.Anchor, _read, point, null, 1);
        _evaluator.KeepsLoads = true;
        return element;
    }

    // The axes of a term of the sum; those of its run at their beginning.
    private readonly record struct Term(Dictionary<Axis, Expression> Point, Expression InRun);

    private static Expression? And(Expression? a, Expression? b) =>
        a is null ? b : b is null ? a : new Binary(BinaryFunction.And, a, b);

    // Whether four terms lie side by side from where the first one may be read with three others, and exist together or not at all.
    private bool ComesByFour(long alignment) =>
        Array.TrueForAll([alignment, _run.Alignment, _run.Steps, _sums.Steps, _tile.Depth], n => n % SimtTarget.LanesOfAccess == 0);

    // Neighbouring threads read along the sum where that, and not the rows, is what lies side by side in memory.
    private bool LiesAlongSums()
    {
        var last = _read.Indices[_read.Indices.Length - 1];
        var (sums, lines) = (Run(_sums), Run(_lines));
        return sums > lines && _tile.Threads % _tile.Depth == 0;

        int Run(LinearAxes axes) => axes.Axes.Where(a => last.CoefficientOf(a) == 1).Select(a => a.Extent.Size).DefaultIfEmpty(0).Max();
    }
}
