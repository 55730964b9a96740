using System.Runtime.ExceptionServices;
using NetCompiler.Training.Data;

namespace NetCompiler.Training;

/// <summary>
/// The batches of a training set for a session, in the order in which an epoch has them. Where the session can, the next one is read and copied
/// to the device while one is computed there; whoever trains sees nothing of that, errors included.
/// </summary>
internal sealed class BatchFeed
{
    private readonly TrainingSession _session;
    private readonly IDataset _data;
    private readonly int _capacity;
    private BatchBuffer? _next;
    // What became of the next batch, if it was asked for.
    private bool _isAhead;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Makes room for batches.</summary>
    /// <param name="session">Who computes them.</param>
    /// <param name="data">Where they come from.</param>
    /// <param name="capacity">The largest batch.</param>
    /// <exception cref="ArgumentException">The data set does not fit the network.</exception>
    public BatchFeed(TrainingSession session, IDataset data, int capacity)
    {
        (_session, _data, _capacity) = (session, data, capacity);
        Current = Buffer();
    }

    /// <summary>The batch that was begun last.</summary>
    public BatchBuffer Current { get; private set; }

    /// <summary>Has the session begin a batch.</summary>
    /// <param name="samples">Its samples. Where a batch was prefetched, they are those of it.</param>
    /// <param name="seed">Seeds dropout.</param>
    public void Begin(ReadOnlySpan<int> samples, uint seed)
    {
        if (_failure is { } failure)
        {
            Forget();
            failure.Throw();
        }

        if (_isAhead)
            (Current, _next, _isAhead) = (_next!, Current, false);
        else
            Current.Fill(samples);
        _session.Begin(Current.Buffers, seed);
    }

    /// <summary>Reads the batch that is begun next, if that can be done now. What fails, fails when it is begun.</summary>
    /// <param name="samples">Its samples; none where the epoch has no more.</param>
    public void Prefetch(ReadOnlySpan<int> samples)
    {
        if (samples.IsEmpty || !_session.CanLoadAhead)
            return;
        try
        {
            _next ??= Buffer();
            _next.Fill(samples);
            _session.LoadAhead(_next.Buffers);
            _isAhead = true;
        }
        catch (Exception exception)
        {
            _failure = ExceptionDispatchInfo.Capture(exception);
        }
    }

    /// <summary>Forgets what was prefetched: another batch is begun next.</summary>
    public void Forget()
    {
        _session.Forget();
        (_isAhead, _failure) = (false, null);
    }

    private BatchBuffer Buffer() => new(_session.Network, _session.Inputs, _data, _capacity);
}
