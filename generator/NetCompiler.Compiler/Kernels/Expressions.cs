using System.Collections.Immutable;

namespace NetCompiler.Compiler.Kernels;

/// <summary>A value computed by a kernel. Expressions are immutable and have no side effects.</summary>
/// <param name="Type">The type of the value.</param>
public abstract record Expression(KernelType Type)
{
    private ImmutableArray<Expression> _operands;

    /// <summary>A copy: of all but the operands, which <c>with</c> may change.</summary>
    protected Expression(Expression original) => Type = original.Type;

    /// <summary>The operands, in order of evaluation. They are asked for again and again, and kept.</summary>
    public ImmutableArray<Expression> Operands => _operands.IsDefault ? _operands = ListOperands() : _operands;

    /// <summary>The operands, in an array of their own.</summary>
    protected virtual ImmutableArray<Expression> ListOperands() => [];

    /// <summary>The same expression over other operands.</summary>
    /// <param name="operands">As many as <see cref="Operands"/>, of the same types.</param>
    public virtual Expression WithOperands(ImmutableArray<Expression> operands) => this;

    /// <inheritdoc/>
    public virtual bool Equals(Expression? other) =>
        other is not null && EqualityContract == other.EqualityContract && Type.Equals(other.Type);

    /// <inheritdoc/>
    public override int GetHashCode() => Type.GetHashCode();

    /// <summary>The expression as text; see <see cref="KernelText"/>.</summary>
    public sealed override string ToString() => KernelText.Write(this);
}

/// <summary>A number; in every lane of a vector the same.</summary>
public sealed record Constant(KernelType Type, double Number) : Expression(Type)
{
    /// <summary>An index of a CPU kernel.</summary>
    public static Constant Index(long value) => new(KernelType.I64, value);

    /// <summary>A 32-bit integer.</summary>
    public static Constant Int(int value) => new(KernelType.I32, value);

    /// <summary>A single-precision number.</summary>
    public static Constant Float(double value, int lanes = 1) => new(KernelType.F32.WithLanes(lanes), value);
}

/// <summary>A parameter, a declared variable, an allocation or a loop's counter. Names are unique in a kernel.</summary>
public sealed record Variable(string Name, KernelType Type) : Expression(Type);

/// <summary>A function of one operand, lane by lane.</summary>
public sealed record Unary(UnaryFunction Function, Expression Operand) : Expression(Operand.Type)
{
    /// <inheritdoc/>
    protected override ImmutableArray<Expression> ListOperands() => [Operand];

    /// <inheritdoc/>
    public override Expression WithOperands(ImmutableArray<Expression> operands) => new Unary(Function, operands[0]);
}

/// <summary>
/// A function of two operands of the same type, lane by lane. <see cref="BinaryFunction.Add"/> also takes a pointer on the left
/// and an index on the right: the pointer that many elements further.
/// </summary>
public sealed record Binary(BinaryFunction Function, Expression Left, Expression Right) : Expression(Left.Type)
{
    /// <inheritdoc/>
    protected override ImmutableArray<Expression> ListOperands() => [Left, Right];

    /// <inheritdoc/>
    public override Expression WithOperands(ImmutableArray<Expression> operands) => new Binary(Function, operands[0], operands[1]);
}

/// <summary>Left · Right + Addend, rounded once where the target can.</summary>
public sealed record FusedMultiplyAdd(Expression Left, Expression Right, Expression Addend) : Expression(Addend.Type)
{
    /// <inheritdoc/>
    protected override ImmutableArray<Expression> ListOperands() => [Left, Right, Addend];

    /// <inheritdoc/>
    public override Expression WithOperands(ImmutableArray<Expression> operands) =>
        new FusedMultiplyAdd(operands[0], operands[1], operands[2]);
}

/// <summary>Compares two operands of the same type, lane by lane.</summary>
public sealed record Comparison(ComparisonFunction Function, Expression Left, Expression Right)
    : Expression(KernelType.Bool.WithLanes(Left.Type.Lanes))
{
    /// <inheritdoc/>
    protected override ImmutableArray<Expression> ListOperands() => [Left, Right];

    /// <inheritdoc/>
    public override Expression WithOperands(ImmutableArray<Expression> operands) => new Comparison(Function, operands[0], operands[1]);
}

/// <summary>
/// Lane by lane, <paramref name="WhenTrue"/> where the condition holds, else <paramref name="WhenFalse"/>. Both are evaluated.
/// </summary>
public sealed record Selection(Expression Condition, Expression WhenTrue, Expression WhenFalse) : Expression(WhenTrue.Type)
{
    /// <inheritdoc/>
    protected override ImmutableArray<Expression> ListOperands() => [Condition, WhenTrue, WhenFalse];

    /// <inheritdoc/>
    public override Expression WithOperands(ImmutableArray<Expression> operands) => new Selection(operands[0], operands[1], operands[2]);
}

/// <summary>A number in another scalar type, lane by lane: floats to integers truncate, wider integers to U8 keep the low byte.</summary>
public sealed record Conversion(Expression Operand, ScalarKind Scalar)
    : Expression(new KernelType(Scalar, Operand.Type.Lanes))
{
    /// <inheritdoc/>
    protected override ImmutableArray<Expression> ListOperands() => [Operand];

    /// <inheritdoc/>
    public override Expression WithOperands(ImmutableArray<Expression> operands) => new Conversion(operands[0], Scalar);
}

/// <summary>A pointer seen as a pointer to another element type.</summary>
public sealed record PointerCast(Expression Operand, ScalarKind Scalar) : Expression(Operand.Type with { Scalar = Scalar })
{
    /// <inheritdoc/>
    protected override ImmutableArray<Expression> ListOperands() => [Operand];

    /// <inheritdoc/>
    public override Expression WithOperands(ImmutableArray<Expression> operands) => new PointerCast(operands[0], Scalar);
}

/// <summary>
/// Reads <paramref name="Lanes"/> consecutive elements, <paramref name="Index"/> elements after <paramref name="Pointer"/>. Needs no
/// alignment on CPUs; in SIMT kernels the first one's place in memory is a multiple of <paramref name="Lanes"/>.
/// </summary>
public sealed record Load(Expression Pointer, Expression Index, int Lanes = 1)
    : Expression(new KernelType(Pointer.Type.Scalar, Lanes))
{
    /// <inheritdoc/>
    protected override ImmutableArray<Expression> ListOperands() => [Pointer, Index];

    /// <inheritdoc/>
    public override Expression WithOperands(ImmutableArray<Expression> operands) => new Load(operands[0], operands[1], Lanes);
}

/// <summary>A scalar in every lane.</summary>
public sealed record Broadcast(Expression Operand, int Lanes) : Expression(Operand.Type.WithLanes(Lanes))
{
    /// <inheritdoc/>
    protected override ImmutableArray<Expression> ListOperands() => [Operand];

    /// <inheritdoc/>
    public override Expression WithOperands(ImmutableArray<Expression> operands) => new Broadcast(operands[0], Lanes);
}

/// <summary>The integers 0, 1, 2, … in the lanes.</summary>
public sealed record LaneIndices(int Lanes) : Expression(KernelType.I32.WithLanes(Lanes));

/// <summary>Lane i is lane Lanes[i] of the two operands side by side; the lane numbers are constants.</summary>
public sealed record Shuffle(Expression First, Expression Second, ImmutableArray<int> Lanes)
    : Expression(First.Type.WithLanes(Lanes.Length))
{
    /// <inheritdoc/>
    protected override ImmutableArray<Expression> ListOperands() => [First, Second];

    /// <inheritdoc/>
    public override Expression WithOperands(ImmutableArray<Expression> operands) => new Shuffle(operands[0], operands[1], Lanes);

    /// <inheritdoc/>
    public bool Equals(Shuffle? other) =>
        other is not null && First.Equals(other.First) && Second.Equals(other.Second) && Lanes.SequenceEqual(other.Lanes);

    /// <inheritdoc/>
    public override int GetHashCode() => (First.GetHashCode() * 31 + Second.GetHashCode()) * 31 + Lanes.Length;
}

/// <summary>
/// 32-bit integers put together from the bytes of two others, lane by lane: the selector's hexadecimal digits say for each byte, the lowest
/// first, which one it is, 0 to 3 of <paramref name="First"/> or 4 to 7 of <paramref name="Second"/>. PTX: prmt.
/// </summary>
public sealed record BytePermute(Expression First, Expression Second, int Selector) : Expression(First.Type)
{
    /// <inheritdoc/>
    protected override ImmutableArray<Expression> ListOperands() => [First, Second];

    /// <inheritdoc/>
    public override Expression WithOperands(ImmutableArray<Expression> operands) => new BytePermute(operands[0], operands[1], Selector);
}

/// <summary>The lowest <paramref name="Lanes"/> lanes of a wider vector.</summary>
public sealed record LowerLanes(Expression Operand, int Lanes) : Expression(Operand.Type.WithLanes(Lanes))
{
    /// <inheritdoc/>
    protected override ImmutableArray<Expression> ListOperands() => [Operand];

    /// <inheritdoc/>
    public override Expression WithOperands(ImmutableArray<Expression> operands) => new LowerLanes(operands[0], Lanes);
}

/// <summary>One lane of a vector.</summary>
public sealed record Extract(Expression Operand, int Lane) : Expression(Operand.Type.WithLanes(1))
{
    /// <inheritdoc/>
    protected override ImmutableArray<Expression> ListOperands() => [Operand];

    /// <inheritdoc/>
    public override Expression WithOperands(ImmutableArray<Expression> operands) => new Extract(operands[0], Lane);
}

/// <summary>All lanes combined by <see cref="BinaryFunction.Add"/>, Min or Max, in a fixed order: halves folded onto each other.</summary>
public sealed record HorizontalReduction(BinaryFunction Function, Expression Operand) : Expression(Operand.Type.WithLanes(1))
{
    /// <inheritdoc/>
    protected override ImmutableArray<Expression> ListOperands() => [Operand];

    /// <inheritdoc/>
    public override Expression WithOperands(ImmutableArray<Expression> operands) => new HorizontalReduction(Function, operands[0]);
}

/// <summary>Which number of a SIMT thread.</summary>
public enum ThreadIdentifier
{
    /// <summary>The thread's index in its group.</summary>
    ThreadInGroup,

    /// <summary>The group's index in the grid.</summary>
    GroupInGrid,
}

/// <summary>The number of the running thread or group along a dimension (0 = x, 1 = y, 2 = z).</summary>
public sealed record ThreadIndex(ThreadIdentifier Identifier, int Dimension) : Expression(KernelType.I32);
