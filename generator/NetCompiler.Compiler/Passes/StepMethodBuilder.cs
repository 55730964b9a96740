using System.Collections.Immutable;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Stages;

namespace NetCompiler.Compiler.Passes;

/// <summary>Builds the kernel of steps that do the same, and its table.</summary>
/// <param name="launches">Writes the launches.</param>
/// <param name="name">The kernel's name.</param>
/// <param name="steps">The steps; their launches differ in numbers only.</param>
internal sealed class StepMethodBuilder(LaunchArguments launches, string name, ImmutableArray<LowerSteps.Step> steps)
{
    private readonly KernelBuilder _builder = new();
    private readonly HashSet<string> _parameters = [];

    // For each segment where its numbers come from, and where its rows begin in a step's.
    private readonly List<(NumberColumns Columns, int Start)> _segments = [];
    private int _width;

    /// <summary>The kernel and its table.</summary>
    public StepMethod Build()
    {
        var model = steps[0];
        for (var s = 0; s < model.Segments.Length; s++)
        {
            var rounds = steps.SelectMany(step => Enumerable.Range(0, step.Segments[s].Rounds).Select(step.Segments[s].Numbers));
            var columns = new NumberColumns([.. rounds.Select(numbers => numbers.ToImmutableArray())]);
            _segments.Add((columns, _width));
            _width += model.Segments[s].Rounds * columns.Width;
        }

        if (model.Plan.IsParallel)
            Parallel(model, 0, 0);
        else
            for (var s = 0; s < model.Segments.Length; s++)
                Serial(model.Segments[s], s);
        return new StepMethod(_builder.Build(name, Summary(model)), _width, [.. steps.SelectMany(Rows)])
        {
            SharedKernels = [.. model.Segments.SelectMany(s => s.Items).Where(i => model.Plan.Shares(i.Launch.Launch)).Select(i => i.Kernel)],
        };
    }

    private string Summary(LowerSteps.Step model)
    {
        var stages = model.Plan.Launches.Select(l => l.Stage.Stage.Name).Distinct().ToList();
        var text = stages.Count <= 4 ? string.Join(", ", stages) : $"{stages[0]} to {stages[stages.Count - 1]}";
        return steps.Length == 1 ? text : FormattableString.Invariant($"{text}; {steps.Length - 1} more steps are as this one");
    }

    // Segment after segment, in a loop where it has several rounds.
    private void Serial(LowerSteps.Segment segment, int number)
    {
        var (columns, start) = _segments[number];
        var row = columns.Width == 0 ? null : Place(Constant.Index(start));
        if (segment.Loop is { } loop)
            Repeat(segment, columns, row, loop);
        else if (segment.Rounds == 1)
            Launch(segment, columns, row, Constant.Index(0));
        else
            _builder.Loop("i", segment.Rounds, i => Launch(segment, columns, Round(columns, start, i), Constant.Index(0)));
    }

    // The steps of a scan. Its stage is done when the last of them is.
    private void Repeat(LowerSteps.Segment segment, NumberColumns columns, Expression? row, LaunchLoop loop)
    {
        var laps = new List<Call>();
        _builder.Loop("round", Constant.Index(0), Constant.Index(loop.Rounds), 1, round =>
        {
            foreach (var call in Calls(segment, columns, row, Constant.Index(0), round))
            {
                if (call.Kernel == StepParameters.Lap)
                    laps.Add(call);
                else
                    _builder.Add(call);
            }
        });
        laps.ForEach(_builder.Add);
    }

    // A choice among segments by the number of the part, then among their rounds and the pieces of each.
    private void Parallel(LowerSteps.Step model, int number, int first)
    {
        var segment = model.Segments[number];
        var pieces = segment.Items[0].Launch.Pieces;
        var (columns, start) = _segments[number];
        var end = first + segment.Rounds * pieces;
        if (number + 1 == model.Segments.Length)
        {
            Launches();
            return;
        }

        var condition = new Comparison(ComparisonFunction.Less, Use(StepParameters.Part), Constant.Index(end));
        _builder.Add(new If(condition, _builder.Nested(Launches), _builder.Nested(() => Parallel(model, number + 1, end))));

        void Launches()
        {
            var part = segment.Rounds * pieces == 1 ? Constant.Index(0)
                : IndexArithmetic.Subtract(Use(StepParameters.Part), Constant.Index(first));
            var round = segment.Rounds == 1 ? Constant.Index(0) : IndexArithmetic.Divide(part, pieces);
            var piece = segment.Rounds == 1 ? part : IndexArithmetic.Remainder(part, pieces);
            Launch(segment, columns, Round(columns, start, round), pieces == 1 ? Constant.Index(0) : _builder.Let("piece", piece));
        }
    }

    // The row of a round.
    private Expression? Round(NumberColumns columns, int start, Expression round)
    {
        if (columns.Width == 0)
            return null;
        var place = Place(IndexArithmetic.Add(IndexArithmetic.Scale(round, columns.Width), Constant.Index(start)));
        return place is Variable ? place : _builder.Let("at", place);
    }

    private Expression Place(Expression index) => IndexArithmetic.Add(Use(StepParameters.Row), index);

    private void Launch(LowerSteps.Segment segment, NumberColumns columns, Expression? row, Expression piece)
    {
        foreach (var call in Calls(segment, columns, row, piece, Constant.Index(0)))
            _builder.Add(call);
    }

    private IEnumerable<Call> Calls(
        LowerSteps.Segment segment, NumberColumns columns, Expression? row, Expression piece, Expression round)
    {
        var column = 0;
        return segment.Items.Take(segment.Period)
            .SelectMany(item => launches.Calls(item, _ => columns.Number(column++, row), Use, piece, round));
    }

    private Variable Use(Variable variable)
    {
        if (_parameters.Add(variable.Name))
        {
            var access = variable.Type.IsPointer ? BufferAccess.Read | BufferAccess.Write : BufferAccess.None;
            _builder.Parameter(new KernelParameter(variable, access));
        }

        return variable;
    }

    // A step's numbers, a line for each round.
    private IEnumerable<StepRow> Rows(LowerSteps.Step step) =>
        step.Segments.Zip(_segments, (segment, place) => (segment, place.Columns)).Where(s => s.Columns.Width > 0)
            .SelectMany(s => Enumerable.Range(0, s.segment.Rounds), (s, round) => new StepRow(
                s.segment.Items[round * s.segment.Period].Launch.Stage.Stage.Name,
                s.Columns.Row([.. s.segment.Numbers(round)])));
}
