using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Stages;

namespace NetCompiler.Compiler.Cpu;

/// <summary>Whether vectors can run over the channels of images, which then lie side by side, padded to whole vectors.</summary>
internal static class ChannelVectors
{
    /// <summary>True for images of floats that lie so.</summary>
    public static bool IsImage(Value value, StageEnvironment environment) =>
        value.Type is { Rank: 4, IsPerSample: true, Element: Kernels.ScalarKind.F32 } && LiesSo(value, environment);

    /// <summary>True where all lies so that a stage writes, and that what follows its anchor reads of samples.</summary>
    public static bool AreInEpilogue(Stage stage, StageEnvironment environment) =>
        stage.Outputs.Concat(stage.Inputs.Where(v => v.Type.IsPerSample && ContractionScheduler.IsEpilogueInput(stage, v)))
            .All(v => LiesSo(v, environment));

    private static bool LiesSo(Value value, StageEnvironment environment) =>
        environment.Layouts[value] is { IsPadded: true } layout && layout.Strides[1] == 1;
}
