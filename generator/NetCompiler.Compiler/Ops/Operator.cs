using System.Collections.Immutable;
using NetCompiler.Compiler.Graphs;

namespace NetCompiler.Compiler.Ops;

/// <summary>The constant arguments and input types of a node.</summary>
public sealed record OperatorContext(Attributes Attributes, ImmutableArray<TensorType> Inputs)
{
    /// <summary>The extents of an input.</summary>
    public ImmutableArray<Dimension> Shape(int input) => Inputs[input].Shape;

    /// <summary>A constant extent of an input.</summary>
    public int Size(int input, int dimension) => Inputs[input].Shape[dimension].Size;
}

/// <summary>
/// What nodes of a graph do: a shape rule, a tensor expression, a gradient rule; never loops for a target. Operators have no
/// state; one file each.
/// </summary>
public abstract class Operator
{
    /// <summary>Its name in dumps.</summary>
    public virtual string Name => GetType().Name;

    /// <summary>The types of the results.</summary>
    public abstract ImmutableArray<TensorType> Infer(OperatorContext context);

    /// <summary>The results as functions of the inputs.</summary>
    public abstract TensorExpression Define(OperatorContext context);

    /// <summary>Adds to the graph what the gradients of the inputs are. Operators that are never differentiated keep this.</summary>
    public virtual void Differentiate(GradientContext gradient) =>
        throw new InvalidOperationException($"{Name} has no gradient rule.");

    /// <summary>
    /// What the integers of an input have to be less than, besides those that the expression reads something at; null for no bound.
    /// </summary>
    public virtual int? IntegerBound(OperatorContext context, int input) => null;

    /// <summary>
    /// Adds to a graph what computes the only input from the result, or another that a loss behind the operator cannot tell from it.
    /// Activations that losses look behind have it, others give null.
    /// </summary>
    /// <param name="graph">The graph.</param>
    /// <param name="node">The node, in whatever graph.</param>
    /// <param name="result">Its result.</param>
    public virtual Value? Invert(Graph graph, Node node, Value result) => null;

    /// <summary>What a result after the first is called.</summary>
    public virtual string ResultName(int result) => $"result{result}";

    /// <summary>True for operators whose every result element depends on input elements at the same place only.</summary>
    public virtual bool IsElementwise => false;
}

/// <summary>
/// What a gradient rule sees: a node of the graph, the gradients of its results, and where to put those of its inputs.
/// </summary>
public abstract class GradientContext
{
    /// <summary>The node whose rule runs.</summary>
    public abstract Node Node { get; }

    /// <summary>∂loss / ∂result, for the first result.</summary>
    public abstract Value ResultGradient { get; }

    /// <summary>∂loss / ∂result for any of the results; null where the loss does not depend on it.</summary>
    public abstract Value? GradientOf(int result);

    /// <summary>
    /// True where the node is the loss whose mean over the batch is minimised: it is where gradients begin, and has no result's gradient.
    /// </summary>
    public virtual bool IsMeanLoss => false;

    /// <summary>True where the gradient of an input is wanted.</summary>
    public abstract bool Needs(int input);

    /// <summary>Adds a node to the graph and returns its first result.</summary>
    public Value Add(Operator @operator, string suffix, ImmutableArray<Value> inputs, Attributes? attributes = null) =>
        AddNode(@operator, suffix, inputs, attributes).Result;

    /// <summary>Adds a node to the graph.</summary>
    public abstract Node AddNode(Operator @operator, string suffix, ImmutableArray<Value> inputs, Attributes? attributes = null);

    /// <summary>Says what ∂loss / ∂input is; contributions of several readers are added up.</summary>
    public abstract void Set(int input, Value gradient);
}
