using System.Collections.Immutable;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Stages;

namespace NetCompiler.Compiler.Passes;

/// <summary>Turns the launches of each part of each step into one kernel that calls theirs with pointers into the arenas.</summary>
public static class LowerSteps
{
    /// <summary>For each step its parts.</summary>
    public static ImmutableArray<ImmutableArray<Kernel>> Run(ImmutableArray<StepPlan> steps, MemoryPlan memory, int lanes)
    {
        return [.. steps.Select((step, s) => step.Parts.Select((part, p) => Lower(step, part, Name(step, s, p))).ToImmutableArray())];

        string Name(StepPlan step, int s, int p) => step.Parts.Length == 1
            ? FormattableString.Invariant($"{step.Kind}{s}")
            : FormattableString.Invariant($"{step.Kind}{s}Part{p}");

        Kernel Lower(StepPlan step, ImmutableArray<StageLaunch> launches, string name)
        {
            var builder = new KernelBuilder();
            var parameters = new HashSet<string>(StringComparer.Ordinal);
            foreach (var launch in launches)
            {
                builder.Add(new Call(launch.Launch.Kernel, [.. launch.Launch.Arguments.Select((a, i) =>
                    Argument(step, launch, a, launch.Launch.Kernel.Parameters[i].Variable.Type))]));
            }

            return builder.Build(name, $"step {name}: {string.Join(", ", launches.Select(l => l.Launch.Kernel.Name))}");

            Variable Use(Variable variable)
            {
                if (parameters.Add(variable.Name))
                {
                    var access = variable.Type.IsPointer ? BufferAccess.Read | BufferAccess.Write : BufferAccess.None;
                    builder.Parameter(new KernelParameter(variable, access));
                }

                return variable;
            }

            Expression Argument(StepPlan at, StageLaunch launch, LaunchArgument argument, KernelType type) => argument switch
            {
                LaunchArgument.OfValue value => Pointer(at, memory.Values[value.Value], type),
                LaunchArgument.OfBuffer buffer => Pointer(at, memory.Buffers[(launch.Stage, buffer.Index)], type),
                LaunchArgument.OfNumber { Number: LaunchNumber.Count } => Use(StepParameters.Count),
                LaunchArgument.OfNumber { Number: LaunchNumber.First } => Use(StepParameters.First),
                LaunchArgument.OfNumber { Number: LaunchNumber.BatchSize } => Use(StepParameters.BatchSize),
                LaunchArgument.OfNumber { Number: LaunchNumber.Seed } => Use(StepParameters.Seed),
                LaunchArgument.OfNumber { Number: LaunchNumber.PartStart } => Constant.Index(launch.PartStart),
                LaunchArgument.OfNumber { Number: LaunchNumber.PartEnd } => Constant.Index(launch.PartEnd),
                LaunchArgument.OfNumber { Number: LaunchNumber.Lanes } => Constant.Index(lanes),
                LaunchArgument.OfNumber { Number: LaunchNumber.LaneStride } => Constant.Index(memory.Bytes[Arena.Lanes] / 4),
                _ => throw new InvalidOperationException(argument.ToString()),
            };

            Expression Pointer(StepPlan at, Placement place, KernelType type)
            {
                var size = KernelType.SizeOf(type.Scalar);
                var isExternal = place.Arena is Arena.Input or Arena.Output;
                var arena = Use(StepParameters.Of(place.Arena, isExternal ? place.Offset : 0));
                Expression pointer = arena;
                // Parameters and gradients are pointers to floats, the rest are bytes.
                var unit = arena.Type.ElementSize;
                if (!isExternal && place.Offset != 0 && place.Arena != Arena.Batch)
                    pointer = IndexArithmetic.Add(pointer, Constant.Index(place.Offset / unit));
                if (place.Arena == Arena.Batch)
                    pointer = IndexArithmetic.Add(pointer, IndexArithmetic.Scale(Use(StepParameters.Capacity), place.Offset));
                if (type.Scalar != arena.Type.Scalar)
                    pointer = new PointerCast(pointer, type.Scalar);
                if (place.Arena is Arena.Batch or Arena.Input or Arena.Output && at.Kind == StepKind.Chunks)
                    pointer = IndexArithmetic.Add(pointer, IndexArithmetic.Scale(Use(StepParameters.First), place.SampleBytes / size));
                return pointer;
            }
        }
    }
}
