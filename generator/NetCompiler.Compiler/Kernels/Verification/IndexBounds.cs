namespace NetCompiler.Compiler.Kernels.Verification;

/// <summary>
/// What is known of integer expressions at a place in a kernel: ranges of atoms, and affine expressions that are not negative there
/// (loop bounds, conditions). Answers are bounds, not always the tightest; unknown stays unknown.
/// </summary>
internal sealed class IndexBounds(Kernel kernel)
{
    // Each step may use one fact; loops over windows with padding need two or three.
    private const int Depth = 3;

    // Of what a proof tries first it needs little; what is not found soon, among the facts of a long kernel, is not there.
    private const int LongestSearch = 20_000;

    private readonly Dictionary<Expression, Atom> _atoms = [];
    private readonly Dictionary<string, Expression> _definitions = [];
    private readonly List<Affine> _facts = [];

    // What atoms are by definition holds everywhere, so it is not forgotten at a block's end.
    private readonly List<Affine> _definitionFacts = [];

    private int _steps;

    // Facts lead from quotients to others: one is looked at more closely at a time.
    private bool _isInsideQuotient;

    /// <summary>The number of facts so far, to which <see cref="Forget"/> goes back.</summary>
    public int FactCount => _facts.Count;

    public void Forget(int count) => _facts.RemoveRange(count, _facts.Count - count);

    /// <summary>States the range of an expression, which is not taken apart or described from then on.</summary>
    /// <returns>The atom that it is.</returns>
    public Atom SetRange(Expression expression, long? min, long? max)
    {
        if (!_atoms.TryGetValue(expression, out var atom))
            _atoms[expression] = atom = new Atom(expression, _atoms.Count);
        atom.Range = (min, max);
        return atom;
    }

    /// <summary>A variable that keeps the value it was declared with.</summary>
    public void Define(Variable variable, Expression value) => _definitions[variable.Name] = value;

    /// <summary>A pointer's origin and the distance from it, as far as it is known.</summary>
    public (Variable Origin, Affine Offset)? Resolve(Expression pointer)
    {
        switch (pointer)
        {
            case Variable variable:
                return _definitions.TryGetValue(variable.Name, out var value) ? Resolve(value) : (variable, Affine.Of(0));
            case Binary { Function: BinaryFunction.Add } sum:
                return Resolve(sum.Left) is var (origin, offset) ? (origin, offset.Plus(Of(sum.Right))) : null;
            default:
                return null;
        }
    }

    /// <summary>States that a condition holds. False when it cannot.</summary>
    public bool Assume(Expression condition, bool holds = true)
    {
        switch (condition)
        {
            case Constant constant:
                return constant.Number != 0 == holds;
            case Variable variable when _definitions.TryGetValue(variable.Name, out var definition):
                return Assume(definition, holds);
            case Unary { Function: UnaryFunction.Not } not:
                return Assume(not.Operand, !holds);
            case Binary { Function: BinaryFunction.And } both when holds:
                return Assume(both.Left) && Assume(both.Right);
            case Binary { Function: BinaryFunction.Or } either when !holds:
                return Assume(either.Left, false) && Assume(either.Right, false);
            case Comparison { Left.Type: { IsInteger: true, IsVector: false } } comparison:
                var difference = Of(comparison.Right).Plus(Of(comparison.Left), -1);
                // Both may come in steps: what is more than 0 is at least one of them.
                var least = Math.Max(1, difference.Multiple);
                return (comparison.Function, holds) switch
                {
                    (ComparisonFunction.Less, true) or (ComparisonFunction.GreaterOrEqual, false) => AddFact(difference.Plus(-least)),
                    (ComparisonFunction.LessOrEqual, true) or (ComparisonFunction.Greater, false) => AddFact(difference),
                    (ComparisonFunction.Greater, true) or (ComparisonFunction.LessOrEqual, false) => AddFact(difference.Times(-1).Plus(-least)),
                    (ComparisonFunction.GreaterOrEqual, true) or (ComparisonFunction.Less, false) => AddFact(difference.Times(-1)),
                    (ComparisonFunction.Equal, true) or (ComparisonFunction.NotEqual, false) =>
                        AddFact(difference) && AddFact(difference.Times(-1)),
                    _ => true,
                };
            default:
                return true;
        }
    }

    /// <summary>States what the counter of a loop is inside it. False when the loop has no rounds.</summary>
    public bool Enter(For loop)
    {
        var (start, end) = (Of(loop.Start), Of(loop.End));
        var (min, max) = (Min(start, null), Max(end.Plus(-1), null));
        // The last round's counter: as many steps from the start as there is room for.
        if (max is { } last && start.IsConstant)
            max = start.Constant + (last - start.Constant) / loop.Step * loop.Step;
        else if (max is >= 0 and { } bound && start.IsMultipleOf(loop.Step))
            max = bound / loop.Step * loop.Step;
        if (min is { } a && max is { } b && b < a)
            return false;
        var atom = SetRange(loop.Counter, min, max);
        atom.Multiple = IndexArithmetic.GreatestCommonDivisor(start.Multiple, loop.Step);
        var counter = Affine.Of(atom);
        AddFact(counter.Plus(start, -1));
        AddFact(end.Plus(counter, -1).Plus(-1));
        return true;
    }

    /// <summary>The smallest value, or null; stops looking for a better bound when one reaches <paramref name="enough"/>.</summary>
    public long? Min(Affine value, long? enough)
    {
        _steps = 0;
        return Min(value, enough, Depth);
    }

    /// <summary>The largest value, or null; stops looking for a better bound when one reaches <paramref name="enough"/>.</summary>
    public long? Max(Affine value, long? enough) => -Min(value.Times(-1), -enough);

    /// <summary>The expression over atoms.</summary>
    public Affine Of(Expression expression)
    {
        switch (expression)
        {
            case Constant constant:
                return Affine.Of((long)constant.Number);
            case Variable variable when _definitions.TryGetValue(variable.Name, out var definition):
                return Of(definition);
            case Binary { Function: BinaryFunction.Add } sum:
                return Of(sum.Left).Plus(Of(sum.Right));
            case Binary { Function: BinaryFunction.Subtract } difference:
                return Of(difference.Left).Plus(Of(difference.Right), -1);
            case Unary { Function: UnaryFunction.Negate } negation:
                return Of(negation.Operand).Times(-1);
            case Binary { Function: BinaryFunction.Multiply } product:
                var (left, right) = (Of(product.Left), Of(product.Right));
                if (right.IsConstant)
                    return left.Times(right.Constant);
                if (left.IsConstant)
                    return right.Times(left.Constant);
                break;
            case Conversion { Operand.Type.IsInteger: true, Scalar: ScalarKind.I32 or ScalarKind.I64 } conversion:
                return Of(conversion.Operand);
            default:
                break;
        }

        if (!_atoms.TryGetValue(expression, out var atom))
            Describe(atom = SetRange(expression, null, null));
        return Affine.Of(atom);
    }

    private bool AddFact(Affine fact)
    {
        _facts.Add(fact);
        return !(fact.IsConstant ? fact.Constant < 0 : Max(fact, null) < 0);
    }

    private long? Min(Affine value, long? enough, int depth)
    {
        long? best = value.Constant;
        foreach (var term in value.Terms)
        {
            var range = RangeOf(term.Atom);
            best += term.Coefficient * (term.Coefficient > 0 ? range.Min : range.Max);
        }

        if (depth == 0 || best >= enough || value.IsConstant || _steps++ > LongestSearch)
            return best;
        // value = λ · fact + rest with λ > 0 is at least the least rest.
        for (var i = _definitionFacts.Count + _facts.Count - 1; i >= 0; i--)
        {
            var fact = i < _definitionFacts.Count ? _definitionFacts[i] : _facts[i - _definitionFacts.Count];
            foreach (var term in fact.Terms)
            {
                var coefficient = value.CoefficientOf(term.Atom);
                if (coefficient % term.Coefficient != 0 || coefficient / term.Coefficient <= 0)
                    continue;
                var bound = Min(value.Plus(fact, -(coefficient / term.Coefficient)), enough, depth - 1);
                if (best is null || bound > best)
                    best = bound ?? best;
                if (best >= enough)
                    return best;
            }
        }

        return best;
    }

    // Of a quotient what is known of its dividend here, a condition around it say, may tell more than its description: it is rounded.
    private (long? Min, long? Max) RangeOf(Atom atom)
    {
        var known = atom.Range;
        if (_isInsideQuotient
            || atom.Expression is not Binary { Function: BinaryFunction.Divide, Right: Constant { Number: > 0 and var divisor } } quotient)
        {
            return known;
        }

        _isInsideQuotient = true;
        var dividend = Of(quotient.Left);
        var (least, most) = (Min(dividend, null, 1), -Min(dividend.Times(-1), null, 1));
        _isInsideQuotient = false;
        return least is >= 0 ? (-LesserKnown(-known.Min, -least / (long)divisor), LesserKnown(known.Max, most / (long)divisor)) : known;
    }

    // Atoms are described once: what is said of them holds wherever their variables are visible.
    private void Describe(Atom atom)
    {
        switch (atom.Expression)
        {
            case ThreadIndex thread when kernel.Launch is { } launch:
                var (x, y, z) = launch.GroupSize;
                var (gridX, gridY, gridZ) = launch.GridSize;
                var group = thread.Identifier == ThreadIdentifier.GroupInGrid;
                var grid = thread.Dimension == 0 ? gridX : thread.Dimension == 1 ? gridY : gridZ;
                var size = thread.Dimension == 0 ? x : thread.Dimension == 1 ? y : z;
                atom.Range = (0, group ? Max(Of(grid), null) - 1 : size - 1);
                if (group)
                    _definitionFacts.Add(Of(grid).Plus(Affine.Of(atom), -1).Plus(-1));
                break;
            case Binary { Function: BinaryFunction.Min or BinaryFunction.Max } extreme:
                var (a, b) = (Of(extreme.Left), Of(extreme.Right));
                var self = Affine.Of(atom);
                if (extreme.Function == BinaryFunction.Min)
                {
                    atom.Range = (Lesser(Min(a, null), Min(b, null)), LesserKnown(Max(a, null), Max(b, null)));
                    _definitionFacts.Add(a.Plus(self, -1));
                    _definitionFacts.Add(b.Plus(self, -1));
                }
                else
                {
                    atom.Range = (-LesserKnown(-Min(a, null), -Min(b, null)), -Lesser(-Max(a, null), -Max(b, null)));
                    _definitionFacts.Add(self.Plus(a, -1));
                    _definitionFacts.Add(self.Plus(b, -1));
                }

                break;
            case Binary { Function: BinaryFunction.Divide, Right: Constant { Number: > 0 } divisor } quotient:
                DescribeQuotient(atom, Of(quotient.Left), (long)divisor.Number);
                break;
            case Binary { Function: BinaryFunction.Remainder, Right: Constant { Number: > 0 } divisor } remainder:
                DescribeRemainder(atom, remainder.Left, divisor);
                break;
            case Binary { Function: BinaryFunction.And, Right: Constant { Number: >= 0 } mask }:
                atom.Range = (0, (long)mask.Number);
                break;
            case Selection selection:
                var (t, e) = (Of(selection.WhenTrue), Of(selection.WhenFalse));
                atom.Range = (Lesser(Min(t, null), Min(e, null)), -Lesser(-Max(t, null), -Max(e, null)));
                break;
            case { Type.Scalar: ScalarKind.U8 }:
                atom.Range = (0, byte.MaxValue);
                break;
            case { Type.Scalar: ScalarKind.Bool } or Conversion { Operand.Type.Scalar: ScalarKind.Bool }:
                atom.Range = (0, 1);
                break;
            default:
                break;
        }
    }

    private void DescribeQuotient(Atom atom, Affine dividend, long divisor)
    {
        var (min, max) = (Min(dividend, null), Max(dividend, null));
        atom.Range = (min / divisor, max / divisor);
        if (min is not >= 0)
            return;
        var self = Affine.Of(atom);
        _definitionFacts.Add(dividend.Plus(self, -divisor));
        _definitionFacts.Add(self.Times(divisor).Plus(divisor - 1).Plus(dividend, -1));
    }

    private void DescribeRemainder(Atom atom, Expression left, Constant divisor)
    {
        var dividend = Of(left);
        var d = (long)divisor.Number;
        atom.Multiple = IndexArithmetic.GreatestCommonDivisor(d, dividend.Multiple);
        if (Min(dividend, null) is not >= 0)
        {
            atom.Range = (-(d - 1), d - 1);
            return;
        }

        atom.Range = (0, LesserKnown(Max(dividend, null), d - 1));
        // remainder = dividend − d · quotient, both ways.
        var quotient = Of(new Binary(BinaryFunction.Divide, left, divisor));
        var rest = dividend.Plus(quotient, -d).Plus(Affine.Of(atom), -1);
        _definitionFacts.Add(rest);
        _definitionFacts.Add(rest.Times(-1));
    }

    private static long? Lesser(long? a, long? b) => a is null || b is null ? null : Math.Min(a.Value, b.Value);

    private static long? LesserKnown(long? a, long? b) => a is null ? b : b is null ? a : Math.Min(a.Value, b.Value);
}
