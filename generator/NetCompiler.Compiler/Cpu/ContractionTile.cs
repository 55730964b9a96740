using System.Collections.Immutable;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Stages;

namespace NetCompiler.Compiler.Cpu;

/// <summary>Writes the kernels of a contraction's register tiles.</summary>
internal sealed class ContractionTile(
    CpuTarget target, Stage stage, StageEnvironment environment, Contraction contraction, ContractionSchedule schedule,
    ImmutableArray<Axis> sums, TileOperand vectors, TileOperand single, TileOperand scalars, Accumulator? accumulator)
{
    /// <summary>The target.</summary>
    public CpuTarget Target => target;

    /// <summary>The stage.</summary>
    public Stage Stage => stage;

    /// <summary>Layouts and chunk size.</summary>
    public StageEnvironment Environment => environment;

    /// <summary>The stage's anchor as a contraction.</summary>
    public Contraction Contraction => contraction;

    /// <summary>How it is computed.</summary>
    public ContractionSchedule Schedule => schedule;

    /// <summary>The summed axes, outermost first.</summary>
    public ImmutableArray<Axis> Sums => sums;

    /// <summary>The factor that is loaded in vectors, as tiles of so many pixels read it.</summary>
    public TileOperand VectorsFor(int pixels) => pixels == 1 ? single : vectors;

    /// <summary>The factor that is loaded one element at a time.</summary>
    public TileOperand Scalars => scalars;

    /// <summary>Where sums over the batch are added to; null where a tile computes its results to the end.</summary>
    public Accumulator? Accumulator => accumulator;

    /// <summary>The kernel of one kind of tile.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="extents">What it covers.</param>
    /// <param name="blocks">The first and last block it is used for.</param>
    public TileKernel Build(
        string name, ImmutableArray<TileExtent> extents, (int First, int Last) blocks)
    {
        var kernel = new StageKernel(target.Lanes);
        var indices = ImmutableArray.CreateBuilder<string>();
        var starts = extents.Select(e => IndexParameter(e.Loop.Axis.Name, e.Min, e.Max)).ToArray();
        var block = IndexParameter("block", blocks.First, blocks.Last);
        new TileBody(this, kernel, extents, starts, block, blocks.First).Write();
        var shape = extents.Where(e => e.Elements > 1).Select(e => $"{e.Elements} {e.Loop.Axis}")
            .Prepend($"{schedule.Blocks.WidthOf(blocks.First)} {schedule.VectorAxis}");
        var launch = kernel.ToLaunch(name, $"{stage.Name}: a tile of {string.Join(" × ", shape)}, sums in registers");
        return new TileKernel(launch.Kernel, indices.ToImmutable(), launch.Arguments);

        Expression IndexParameter(string parameter, long min, long max)
        {
            if (min == max)
                return Constant.Index(min);
            indices.Add(parameter);
            return kernel.Index(parameter, min, max);
        }
    }
}
