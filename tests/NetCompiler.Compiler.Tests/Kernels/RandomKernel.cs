using NetCompiler.Compiler.Kernels;

namespace NetCompiler.Compiler.Tests.Kernels;

/// <summary>
/// Kernels made of random loops over affine accesses, with sums, branches, vectors and unrolled parts. All accesses are inside.
/// </summary>
internal sealed class RandomKernel(int seed)
{
    public const int Extent = 1024;

    private readonly Random _random = new(seed);
    private readonly KernelBuilder _builder = new();
    private readonly List<(Expression Index, long Max)> _indices = [];
    private readonly List<Variable> _sums = [];
    private Variable[] _inputs = [];
    private Variable _output = new("", default);
    private int _budget = 40;

    public Kernel Build()
    {
        _inputs = [.. new[] { "a", "b" }.Select(n => _builder.Parameter(
            new KernelParameter(new Variable(n, KernelType.PointerTo(ScalarKind.F32)), BufferAccess.Read, Extent)))];
        _output = _builder.Parameter(new KernelParameter(
            new Variable("y", KernelType.PointerTo(ScalarKind.F32)), BufferAccess.Read | BufferAccess.Write, Extent));
        var n = _builder.Parameter(new KernelParameter(new Variable("n", KernelType.I64), Range: (0, 3)));
        _indices.Add((n, 3));
        foreach (var lanes in new[] { 1, 4, 8 })
            _sums.Add(_builder.Declare("sum", Constant.Float(0, lanes)));
        Statements(depth: 0);
        foreach (var sum in _sums)
            _builder.Add(new Store(_output, Constant.Index(_random.Next(64)), sum));
        return _builder.Build("Random", $"Seed {seed}.");
    }

    private void Statements(int depth)
    {
        var count = _random.Next(1, 5);
        for (var k = 0; k < count && _budget-- > 0; k++)
        {
            switch (_random.Next(9))
            {
                case 0 or 1 or 2 when depth < 3:
                    Loop(depth);
                    break;
                case 3 when depth < 4:
                    var (index, _) = Index(1);
                    var condition = new Comparison(
                        ComparisonFunction.Less, index, Constant.Index(_random.Next(200)));
                    _builder.Add(new If(condition, _builder.Nested(() => Statements(depth + 1)), _random.Next(2) == 0
                        ? null
                        : _builder.Nested(() => Statements(depth + 1))));
                    break;
                case 4:
                    _builder.Add(new Store(_output, Index(1).Index, new Load(Input(), Index(1).Index)));
                    break;
                case 5:
                    var scaled = _builder.Let("scaled", Index(4).Index);
                    _indices.Add((scaled, 1000));
                    Accumulate();
                    _indices.RemoveAt(_indices.Count - 1);
                    break;
                default:
                    Accumulate();
                    break;
            }
        }
    }

    private void Loop(int depth)
    {
        var (rounds, step) = (_random.Next(0, 7), _random.Next(1, 4));
        // Nested ones would be written out by the thousand.
        var kind = depth == 1 && _random.Next(3) == 0 ? LoopKind.Unrolled : LoopKind.Serial;
        var counter = _builder.Fresh("i", KernelType.I64);
        var start = _random.Next(0, 4);
        _indices.Add((counter, start + rounds));
        var body = _builder.Nested(() => Statements(depth + 1));
        _indices.RemoveAt(_indices.Count - 1);
        Expression end = Constant.Index(start + rounds);
        if (kind == LoopKind.Serial && _random.Next(4) == 0)
            end = IndexArithmetic.Min(Index(1).Index, end);
        _builder.Add(new For(counter, Constant.Index(start), end, step, kind, body));
    }

    private void Accumulate()
    {
        var sum = _sums[_random.Next(_sums.Count)];
        var lanes = sum.Type.Lanes;
        Expression value = new Load(Input(), Index(lanes).Index, lanes);
        if (lanes > 1 && _random.Next(2) == 0)
            value = new Broadcast(new Load(Input(), Index(1).Index), lanes);
        var weight = new Load(Input(), Index(lanes).Index, lanes);
        _builder.Add(new Assign(sum, new FusedMultiplyAdd(value, weight, sum)));
    }

    private Variable Input() => _inputs[_random.Next(_inputs.Length)];

    // An affine function of what is visible, at most 1000.
    private (Expression Index, long Max) Index(int room)
    {
        long left = 1000 - room;
        Expression index = Constant.Index(0);
        foreach (var (term, max) in _indices)
        {
            if (_random.Next(2) == 0 || max > left)
                continue;
            var factor = max == 0 ? 1 : _random.Next(1, (int)Math.Min(9, left / max) + 1);
            left -= factor * max;
            index = IndexArithmetic.Add(index, IndexArithmetic.Scale(term, factor));
        }

        if (_random.Next(4) == 0)
            index = _random.Next(2) == 0 ? IndexArithmetic.Remainder(index, 5) : IndexArithmetic.Divide(index, 3);
        return (IndexArithmetic.Add(index, Constant.Index(_random.Next((int)left + 1))), 1000);
    }
}
