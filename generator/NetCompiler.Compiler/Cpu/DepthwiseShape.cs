using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Stages;

namespace NetCompiler.Compiler.Cpu;

/// <summary>A depthwise convolution, or the gradient of its input: each channel by itself, windows over rows and columns.</summary>
internal sealed class DepthwiseShape
{
    // Columns of taps whose weights stay in registers.
    private const int LargestTaps = 7;

    private DepthwiseShape(CpuTarget target, ScalarRead image, ScalarRead weights, Axis channel, TapRange rows, TapRange columns)
    {
        (Image, Weights, Channel, Rows, Columns) = (image, weights, channel, rows, columns);
        Pieces = target.Cover(channel.Extent.Size);
        Stride = target.PaddedExtent(channel.Extent.Size);
        // Registers hold the sums, a row of weights, and the element that they are multiplied with.
        var width = Partition.EvenSize(Columns.Results, Math.Min(Columns.Results, target.VectorBudget - Columns.Taps - 1));
        Tiles = [.. Enumerable.Range(0, Partition.Blocks(Columns.Results, width))
            .Select(i => (i * width, Math.Min(width, Columns.Results - i * width)))];
    }

    /// <summary>The read of the image.</summary>
    public ScalarRead Image { get; }

    /// <summary>The read of the weights.</summary>
    public ScalarRead Weights { get; }

    /// <summary>The channels.</summary>
    public Axis Channel { get; }

    /// <summary>What windows see along the image's height.</summary>
    public TapRange Rows { get; }

    /// <summary>What windows see along the image's width.</summary>
    public TapRange Columns { get; }

    /// <summary>Vectors that cover the channels.</summary>
    public ImmutableArray<VectorPiece> Pieces { get; }

    /// <summary>Elements from a tap of the packed weights to the next.</summary>
    public int Stride { get; }

    /// <summary>The register tiles of a row: the first column and how many.</summary>
    public ImmutableArray<(int First, int Count)> Tiles { get; }

    /// <summary>Cycles for a sample.</summary>
    public double Cycles => (double)Rows.Results * Pieces.Length * Tiles.Sum(tile =>
    {
        var sums = tile.Count * Columns.Taps;
        // An element for each column that the windows have, a row of weights.
        var loads = Columns.Step * (tile.Count - 1) + 2 * Columns.Taps;
        var row = Math.Max(Math.Max(sums / CpuTarget.MultiplyAddsPerCycle, loads / CpuTarget.LoadsPerCycle),
            Columns.Taps * CpuTarget.MultiplyAddLatency);
        return Rows.Taps * row + ContractionCost.TileOverhead + tile.Count * ContractionCost.SumOverhead;
    });

    /// <summary>True where all windows of a tile lie inside the image, from its left to its right.</summary>
    public bool IsInside((int First, int Count) tile) => Enumerable.Range(tile.First, tile.Count)
        .All(Columns.IsInside);

    /// <summary>Reads a stage as such a convolution, if it is one.</summary>
    public static bool TryRead(
        CpuTarget target, Stage stage, StageEnvironment environment, [NotNullWhen(true)] out DepthwiseShape? shape)
    {
        shape = null;
        if (stage.Kind != StageKind.Contraction || stage.Scope != StageScope.Sample || ContractionScheduler.Pooling(stage) is not null
            || !Contraction.TryRead(stage.Anchor, out var contraction)
            || contraction.ResultAxes.Length != 4 || contraction.SumAxes.Length != 2
            || !contraction.Definition.Target.SequenceEqual(contraction.ResultAxes.Select(a => (IndexExpression)a)))
        {
            return false;
        }

        var axes = contraction.ResultAxes;
        var (n, channel, y, x) = (axes[0], axes[1], axes[2], axes[3]);
        var (image, weights) = stage.Anchor.Inputs[contraction.Left.Source].Type.IsPerSample
            ? (contraction.Left, contraction.Right) : (contraction.Right, contraction.Left);
        var value = stage.Anchor.Inputs[image.Source];
        if (stage.Anchor.Inputs[weights.Source].Type.IsPerSample || !ChannelVectors.IsImage(value, environment) || channel.Extent.Size < 4
            || image.Outside is not (null or 0)
            || !image.Indices[0].Equals((IndexExpression)n) || !image.Indices[1].Equals((IndexExpression)channel)
            || weights.Indices.Any(i => i.Divisor != 1 || i.CoefficientOf(y) != 0 || i.CoefficientOf(x) != 0)
            || !ChannelVectors.AreInEpilogue(stage, environment) || !VectorAccess.IsEpiloguePossible(stage, environment, 1))
        {
            return false;
        }

        if (TapRange.TryRead(image, 2, y, contraction.SumAxes, value) is not { } rows
            || TapRange.TryRead(image, 3, x, contraction.SumAxes, value) is not { } columns
            || rows.Tap == columns.Tap || columns.Taps > LargestTaps)
        {
            return false;
        }

        shape = new DepthwiseShape(target, image, weights, channel, rows, columns);
        return true;
    }
}
