using System.Collections.Immutable;
using NetCompiler.Compiler.Ops;

namespace NetCompiler.Compiler.Graphs;

/// <summary>An operator applied to values.</summary>
public sealed class Node
{
    internal Node(string name, Operator @operator, Attributes attributes, ImmutableArray<Value> inputs, int layer)
    {
        Name = name;
        Operator = @operator;
        Attributes = attributes;
        Inputs = inputs;
        Layer = layer;
        Context = new OperatorContext(attributes, [.. inputs.Select(v => v.Type)]);
        var types = @operator.Infer(Context);
        var results = ImmutableArray.CreateBuilder<Value>(types.Length);
        for (var i = 0; i < types.Length; i++)
            results.Add(new Value(i == 0 ? name : $"{name}.{@operator.ResultName(i)}", types[i], ValueRole.Result, this, i));
        Results = results.MoveToImmutable();
    }

    /// <summary>Its name, unique in its graph; that of its first result too.</summary>
    public string Name { get; }

    /// <summary>What it computes.</summary>
    public Operator Operator { get; }

    /// <summary>The operator's constant arguments.</summary>
    public Attributes Attributes { get; }

    /// <summary>What it reads.</summary>
    public ImmutableArray<Value> Inputs { get; }

    /// <summary>What it computes; one or more.</summary>
    public ImmutableArray<Value> Results { get; }

    /// <summary>The first result.</summary>
    public Value Result => Results[0];

    /// <summary>The index of the declared layer that it belongs to; −1 for none.</summary>
    public int Layer { get; }

    /// <summary>The arguments and input types, as the operator wants to see them.</summary>
    public OperatorContext Context { get; }

    /// <summary>The node's tensor expression; always the same instance, since axes are compared by identity.</summary>
    public TensorExpression Definition
    {
        get
        {
            if (field is null)
                Interlocked.CompareExchange(ref field, Operator.Define(Context), null);
            return field;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => GraphText.Write(this);
}
