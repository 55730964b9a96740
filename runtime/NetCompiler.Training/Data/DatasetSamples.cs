namespace NetCompiler.Training.Data;

/// <summary>Single tensors of a data set's samples: to look at. Each call allocates; what trains reads whole batches.</summary>
public static class DatasetSamples
{
    /// <summary>Copies an input of some samples.</summary>
    /// <typeparam name="T">The type of its elements: byte, float or int.</typeparam>
    /// <param name="data">The data set.</param>
    /// <param name="indices">Which samples, each from 0 to Count − 1.</param>
    /// <param name="destination">Room for exactly so many samples.</param>
    /// <param name="input">Which of the inputs.</param>
    /// <exception cref="NotSupportedException">Its elements are of another type.</exception>
    /// <exception cref="ArgumentException">There is not exactly the room that is needed.</exception>
    public static void CopyInputs<T>(this IDataset data, ReadOnlySpan<int> indices, Span<T> destination, int input = 0)
        where T : unmanaged
    {
        var batch = Read(data, indices);
        Copy<T>(batch.Input<T>(input), destination, indices.Length, "inputs");
    }

    /// <summary>Copies a target of some samples.</summary>
    /// <typeparam name="T">The type of its elements: byte, float or int.</typeparam>
    /// <param name="data">The data set.</param>
    /// <param name="indices">Which samples, each from 0 to Count − 1.</param>
    /// <param name="destination">Room for exactly so many samples.</param>
    /// <param name="target">Which of the targets.</param>
    /// <exception cref="NotSupportedException">Its elements are of another type.</exception>
    /// <exception cref="ArgumentException">There is not exactly the room that is needed.</exception>
    public static void CopyTargets<T>(this IDataset data, ReadOnlySpan<int> indices, Span<T> destination, int target = 0)
        where T : unmanaged
    {
        var batch = Read(data, indices);
        Copy<T>(batch.Target<T>(target), destination, indices.Length, "targets");
    }

    private static SampleBatch Read(IDataset data, ReadOnlySpan<int> indices)
    {
        ArgumentNullException.ThrowIfNull(data);
        var batch = new SampleBatch(data, Math.Max(1, indices.Length)) { Count = indices.Length };
        data.Copy(indices, batch);
        return batch;
    }

    private static void Copy<T>(ReadOnlySpan<T> values, Span<T> destination, int samples, string what)
    {
        if (destination.Length != values.Length)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"{samples} {what} need room for {values.Length} elements, found {destination.Length}."),
                nameof(destination));
        }
        values.CopyTo(destination);
    }
}
