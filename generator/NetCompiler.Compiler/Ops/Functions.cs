namespace NetCompiler.Compiler;

/// <summary>Functions of one number, shared by tensor expressions and kernels.</summary>
public enum UnaryFunction
{
    /// <summary>−x.</summary>
    Negate,

    /// <summary>|x|.</summary>
    Abs,

    /// <summary>eˣ.</summary>
    Exp,

    /// <summary>Natural logarithm.</summary>
    Log,

    /// <summary>√x.</summary>
    Sqrt,

    /// <summary>Hyperbolic tangent.</summary>
    Tanh,

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    Sigmoid,

    /// <summary>Error function, 2/√π · ∫₀ˣ e^(−t²) dt.</summary>
    Erf,

    /// <summary>Largest integer not above x.</summary>
    Floor,

    /// <summary>Logical or bitwise complement.</summary>
    Not,
}

/// <summary>Functions of two numbers, shared by tensor expressions and kernels.</summary>
public enum BinaryFunction
{
    /// <summary>a + b.</summary>
    Add,

    /// <summary>a − b.</summary>
    Subtract,

    /// <summary>a · b.</summary>
    Multiply,

    /// <summary>a / b; integers round towards zero.</summary>
    Divide,

    /// <summary>a mod b with the sign of a; integers only.</summary>
    Remainder,

    /// <summary>The smaller; either operand when one is NaN.</summary>
    Min,

    /// <summary>The larger; either operand when one is NaN.</summary>
    Max,

    /// <summary>Logical or bitwise and.</summary>
    And,

    /// <summary>Logical or bitwise or.</summary>
    Or,

    /// <summary>Bitwise exclusive or; integers only.</summary>
    Xor,

    /// <summary>a · 2ᵇ; integers only.</summary>
    ShiftLeft,

    /// <summary>Logical shift to the right (zeros come in); integers only.</summary>
    ShiftRightLogical,
}

/// <summary>Comparisons, shared by tensor expressions and kernels. With a NaN all are false but <see cref="NotEqual"/>.</summary>
public enum ComparisonFunction
{
    /// <summary>a = b.</summary>
    Equal,

    /// <summary>a ≠ b.</summary>
    NotEqual,

    /// <summary>a &lt; b.</summary>
    Less,

    /// <summary>a ≤ b.</summary>
    LessOrEqual,

    /// <summary>a &gt; b.</summary>
    Greater,

    /// <summary>a ≥ b.</summary>
    GreaterOrEqual,
}
