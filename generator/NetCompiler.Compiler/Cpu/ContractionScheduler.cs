using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Stages;

namespace NetCompiler.Compiler.Cpu;

/// <summary>Finds the schedules of a contraction.</summary>
internal static class ContractionScheduler
{
    /// <summary>The best schedule for each choice of vector axis, with its cycles for one sample.</summary>
    public static IEnumerable<(ContractionSchedule Schedule, double Cost)> Schedules(
        CpuTarget target, Stage stage, StageEnvironment environment, Contraction contraction)
    {
        var schedules = Schedules(target, stage, environment, contraction, reorders: false).ToList();
        // A depthwise convolution of the caller's image has no axis along which both factors lie side by side.
        return schedules.Count > 0 ? schedules : Schedules(target, stage, environment, contraction, reorders: true);
    }

    private static IEnumerable<(ContractionSchedule Schedule, double Cost)> Schedules(
        CpuTarget target, Stage stage, StageEnvironment environment, Contraction contraction, bool reorders)
    {
        foreach (var axis in contraction.ResultAxes.Where(a => a.Extent.IsConstant))
        {
            var along = reorders ? axis : null;
            var left = new ContractionOperand(stage.Anchor, contraction.Left, environment, along: along);
            var right = new ContractionOperand(stage.Anchor, contraction.Right, environment, along: along);
            foreach (var vectorIsLeft in new[] { false, true })
            {
                var (vector, scalar) = vectorIsLeft ? (left, right) : (right, left);
                if (RunsAlongImage(stage, environment, contraction, vector, axis))
                    vector = new ContractionOperand(stage.Anchor, vector.Read, environment, copies: true, along);
                var choice = new VectorisedContraction(target, stage, environment, contraction, vector, scalar, axis, reorders);
                if (choice.IsPossible() && choice.Best(vectorIsLeft) is { } best)
                    yield return best;
            }
        }
    }

    /// <summary>The pooling behind the contraction, if the stage has one.</summary>
    public static Node? Pooling(Stage stage) => stage.Nodes.FirstOrDefault(n => n.Operator is IPooling);

    /// <summary>True for inputs that only the nodes after the anchor read.</summary>
    public static bool IsEpilogueInput(Stage stage, Value value) => stage.Nodes.Skip(1).Any(n => n.Inputs.Contains(value));

    /// <summary>The dimension of the result in which an axis counts single elements; −1 for none.</summary>
    public static int DimensionOf(Contraction contraction, Axis axis)
    {
        var target = contraction.Definition.Target;
        for (var d = 0; d < target.Length; d++)
        {
            if (target[d].CoefficientOf(axis) == 1)
                return d;
        }

        return -1;
    }

    // Vectors along the rows of an image, where the result has padded rows: they are read from a copy, since they may run past
    // an end.
    private static bool RunsAlongImage(
        Stage stage, StageEnvironment environment, Contraction contraction, ContractionOperand vector, Axis axis) =>
        stage.Scope == StageScope.Sample && vector.Value.Type.IsPerSample && vector.Stride(axis) == 1
        && DimensionOf(contraction, axis) is > 0 and var dimension && dimension != stage.Anchor.Result.Type.FeatureDimension
        && stage.Outputs.All(v => environment.Layouts[v].IsPadded);
}
