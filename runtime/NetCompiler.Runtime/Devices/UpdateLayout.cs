namespace NetCompiler.Runtime;

/// <summary>
/// How what kernels of updates read lies in a device's memory, and what they are called: what <c>DeviceUpdate</c> launches, and what the
/// compiler, whose file this is too, makes kernels of.
/// </summary>
internal static class UpdateLayout
{
    /// <summary>The kernel of a rule is called so, and then as the rule.</summary>
    public const string Move = "Move";

    /// <summary>The kernel of squared norms, one for each block.</summary>
    public const string Square = "Square";

    /// <summary>The kernel of their sum.</summary>
    public const string Sum = "Sum";

    /// <summary>The kernel that adds gradients up.</summary>
    public const string Add = "Add";

    /// <summary>The kernel that copies.</summary>
    public const string Copy = "Copy";

    /// <summary>Threads of a group.</summary>
    public const int Threads = 256;

    /// <summary>Integers of a block: its first parameter, the one behind its last, and which numbers of the step are its own.</summary>
    public const int BlockIntegers = 3;

    /// <summary>From the numbers of one group of parameters to those of the next.</summary>
    public const int ScalarStride = 16;

    /// <summary>The place of a gradient's factor among a step's numbers.</summary>
    public const int GradientScale = 0;

    /// <summary>The place of the largest magnitude of a gradient.</summary>
    public const int GradientLimit = 1;

    /// <summary>Where the numbers of the rule begin.</summary>
    public const int FirstScalar = 2;
}
