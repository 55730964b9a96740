namespace NetCompiler;

/// <summary>
/// A part of a network that is used several times: each call has weights of its own, under a name of its own, unless they are shared.
/// That name is the variable that the call's result is declared as, or the method's and a number: "residual1.conv1.weight".
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BlockAttribute : Attribute
{
    /// <summary>
    /// True where all calls use the same weights, which are called after the method: "step.dense1.weight". They have the same layers in the same
    /// order, which may differ in all arguments that leave the weights' shapes as they are. Default false.
    /// </summary>
    public bool Shared { get; set; }

    /// <summary>
    /// True to compute what is inside of the block a second time in the backward pass instead of keeping it: less memory for a
    /// third more arithmetic, and the same bits (gradient checkpointing; Chen et al., 2016). Default false.
    /// </summary>
    public bool Checkpoint { get; set; }
}
