namespace NetCompiler.Compiler.Kernels;

/// <summary>Collects the statements of a kernel and keeps its names unique.</summary>
public sealed class KernelBuilder
{
    private readonly List<KernelParameter> _parameters = [];
    private readonly Dictionary<string, int> _names = [];
    private readonly Stack<List<Statement>> _blocks = new([[]]);

    /// <summary>Adds a parameter; its name is used as it stands.</summary>
    public Variable Parameter(KernelParameter parameter)
    {
        _names[parameter.Variable.Name] = 1;
        _parameters.Add(parameter);
        return parameter.Variable;
    }

    /// <summary>A variable with a name that no other variable of the kernel has.</summary>
    public Variable Fresh(string name, KernelType type)
    {
        if (!_names.TryGetValue(name, out var count))
        {
            _names[name] = 1;
            return new Variable(name, type);
        }

        string candidate;
        do
            candidate = $"{name}_{++count}";
        while (_names.ContainsKey(candidate));
        _names[name] = count;
        _names[candidate] = 1;
        return new Variable(candidate, type);
    }

    /// <summary>Adds a statement.</summary>
    public void Add(Statement statement) => _blocks.Peek().Add(statement);

    /// <summary>Declares a variable. Constants and variables are returned as they are.</summary>
    public Expression Let(string name, Expression value)
    {
        if (value is Constant or Variable)
            return value;
        return Declare(name, value);
    }

    /// <summary>Declares a variable, one that may be assigned to.</summary>
    public Variable Declare(string name, Expression value)
    {
        var variable = Fresh(name, value.Type);
        Add(new Let(variable, value));
        return variable;
    }

    /// <summary>Runs <paramref name="body"/> and returns what it added as a block.</summary>
    public Block Nested(Action body)
    {
        _blocks.Push([]);
        body();
        return new Block([.. _blocks.Pop()]);
    }

    /// <summary>Adds a loop over start … end − 1 in steps; a loop of one round is written without a loop.</summary>
    public void Loop(string name, Expression start, Expression end, int step, Action<Expression> body, LoopKind kind = LoopKind.Serial)
    {
        if (start is Constant { Number: var first } && end is Constant { Number: var last })
        {
            if (first >= last)
                return;
            if (first + step >= last)
            {
                body(start);
                return;
            }
        }

        var counter = Fresh(name, start.Type);
        Add(new For(counter, start, end, step, kind, Nested(() => body(counter))));
    }

    /// <summary>Adds a serial loop over 0 … <paramref name="count"/> − 1 with a CPU index.</summary>
    public void Loop(string name, long count, Action<Expression> body) =>
        Loop(name, Constant.Index(0), Constant.Index(count), 1, body);

    /// <summary>The kernel made of what was added.</summary>
    public Kernel Build(string name, string summary, LaunchShape? launch = null) =>
        new(name, [.. _parameters], new Block([.. _blocks.Peek()]), summary, launch);
}
