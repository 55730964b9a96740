using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Ops.Recurrent;
using NetCompiler.Compiler.Passes;

namespace NetCompiler.Compiler.Stages;

/// <summary>What is known of a stage without choosing how to compute it.</summary>
internal static class StageFacts
{
    /// <summary>
    /// Multiply-adds for one sample by the direct algorithm, padding included: those of the contraction that it is built around. Where
    /// an index exists for every s-th value of its axes only, as in the gradient of a convolution with stride s, so many are left out.
    /// </summary>
    public static long MultiplyAdds(Stage stage)
    {
        if (stage.Anchor.Operator is Scan scan)
            return scan.Body.Steps * Fuse.Run(scan.Body.Graph).Sum(MultiplyAdds);
        if (stage.Kind == StageKind.Attention)
            return stage.Anchor.Definition.Definitions.Sum(MultiplyAdds);
        if (stage.Scope == StageScope.Shared || !Contraction.TryRead(stage.Anchor, out var contraction))
            return 0;
        var divisor = contraction.Left.Indices.Concat(contraction.Right.Indices).Aggregate(1L, (product, i) => product * i.Divisor);
        return contraction.MultiplyAdds / divisor;
    }

    // Those of a definition that is a sum of products, or a multiple of one.
    private static long MultiplyAdds(TensorDefinition definition)
    {
        var body = definition.Body is ScalarBinary { Function: BinaryFunction.Multiply, Left: var left, Right: ScalarLiteral } ? left : definition.Body;
        return body is ScalarReduction { Kind: ReductionKind.Sum, Axes: var summed, Body: ScalarBinary { Function: BinaryFunction.Multiply } }
            ? definition.Axes.Concat(summed).Where(a => !a.Extent.IsBatch).Aggregate(1L, (product, a) => product * a.Extent.Size)
            : 0;
    }
}
