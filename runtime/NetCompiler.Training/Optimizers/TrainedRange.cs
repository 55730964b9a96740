namespace NetCompiler.Training;

/// <summary>Parameters that lie side by side and are trained in the same way.</summary>
/// <param name="Offset">The first of them.</param>
/// <param name="Count">How many.</param>
/// <param name="Optimizer">The rule by which they move; null where they are frozen.</param>
/// <param name="RateFactor">What the scheduled learning rate is multiplied by.</param>
internal readonly record struct TrainedRange(int Offset, int Count, IOptimizer? Optimizer, float RateFactor)
{
    /// <summary>The trainable parameters of a network, each as the first group says that contains it.</summary>
    /// <exception cref="ArgumentException">A group contains no trainable parameter.</exception>
    public static TrainedRange[] Of(NetworkDescription network, IOptimizer optimizer, IReadOnlyList<ParameterGroup> groups)
    {
        var trainable = network.Parameters.Where(p => p.Trainable).ToList();
        foreach (var group in groups)
        {
            if (!trainable.Any(group.Contains))
            {
                throw new ArgumentException(
                    $"{network.Name}: parameter group {group}: expected some of {string.Join(", ", trainable.Select(p => p.Name))}, "
                    + "found none.",
                    nameof(groups));
            }
        }
        var rules = groups
            .Select(g => g.IsFrozen ? null : g.WeightDecay is { } decay ? optimizer.WithWeightDecay(decay) : optimizer)
            .ToArray();
        return
        [
            .. trainable.Select(parameter =>
            {
                for (var i = 0; i < groups.Count; i++)
                {
                    if (groups[i].Contains(parameter))
                        return new TrainedRange(parameter.Offset, parameter.Length, rules[i], groups[i].LearningRateFactor);
                }
                return new TrainedRange(parameter.Offset, parameter.Length, optimizer, 1f);
            }),
        ];
    }
}
