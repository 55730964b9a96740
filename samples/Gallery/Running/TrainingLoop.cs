using NetCompiler;
using NetCompiler.Runtime;
using NetCompiler.Training;
using static System.FormattableString;

namespace Gallery.Running;

/// <summary>Training on samples of several tensors, or of integers: epochs of shuffled batches, a learning rate along half a cosine.</summary>
/// <param name="context">Seed, threads and log.</param>
/// <param name="network">The network.</param>
/// <param name="optimizer">The rule by which parameters move.</param>
internal sealed class TrainingLoop(SystemContext context, Network network, IOptimizer optimizer)
{
    /// <summary>Samples of a step.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>What makes gradients smaller; null for nothing.</summary>
    public IGradientClipping? GradientClipping { get; init; }

    /// <summary>Told at the end of each epoch, counted from 1, what the mean loss was; null for nobody.</summary>
    public Action<int, double>? EpochEnd { get; init; }

    /// <summary>Trains.</summary>
    /// <param name="samples">How many samples there are.</param>
    /// <param name="epochs">How often to go through them.</param>
    /// <param name="batch">
    /// The arrays of some samples, one after the other, of float, int or byte: the prediction's inputs, those of the loss, the targets.
    /// </param>
    /// <returns>The mean loss of each epoch, by its number.</returns>
    public IReadOnlyList<(double X, double Y)> Run(int samples, int epochs, Func<int[], Array[]> batch)
    {
        using var session = new TrainingSession(network, BatchSize, context.Threads);
        var update = new ParameterUpdate(network, optimizer);
        var steps = (samples + BatchSize - 1) / BatchSize;
        var losses = new List<(double X, double Y)>();
        for (var epoch = 1; epoch <= epochs; epoch++)
        {
            var random = new RandomStream(context.Seed + (ulong)epoch, "order");
            var order = Enumerable.Range(0, samples).ToArray();
            for (var i = samples - 1; i > 0; i--)
            {
                var j = (int)(random.NextDouble() * (i + 1));
                (order[i], order[j]) = (order[j], order[i]);
            }
            var sum = 0.0;
            for (var step = 0; step < steps; step++)
            {
                context.CancellationToken.ThrowIfCancellationRequested();
                var indices = order[(step * BatchSize)..Math.Min(samples, (step + 1) * BatchSize)];
                var number = (epoch - 1) * steps + step;
                var loss = session.Step((uint)number, batch(indices)).Loss;
                if (!double.IsFinite(loss))
                    throw new ArithmeticException(Invariant($"{network.Definition.Name}: the loss of step {number} is {loss}."));
                sum += loss * indices.Length;
                GradientClipping?.Clip(session.Gradients.Values, Norm(session.Gradients.Values));
                update.Step(session.Gradients, (float)(0.5 + 0.5 * Math.Cos(Math.PI * number / (steps * epochs))));
            }
            losses.Add((epoch, sum / samples));
            context.Say($"epoch {epoch} of {epochs}: loss {sum / samples:F4}");
            EpochEnd?.Invoke(epoch, sum / samples);
        }
        return losses;
    }

    private static double Norm(ReadOnlySpan<float> values)
    {
        var sum = 0.0;
        foreach (var value in values)
            sum += (double)value * value;
        return Math.Sqrt(sum);
    }

    /// <summary>The rows of some samples, one after the other.</summary>
    /// <param name="source">The rows of all samples.</param>
    /// <param name="length">Elements of a row.</param>
    /// <param name="indices">Which.</param>
    public static T[] Rows<T>(T[] source, int length, int[] indices)
    {
        var rows = new T[indices.Length * length];
        for (var i = 0; i < indices.Length; i++)
            source.AsSpan(indices[i] * length, length).CopyTo(rows.AsSpan(i * length));
        return rows;
    }
}
