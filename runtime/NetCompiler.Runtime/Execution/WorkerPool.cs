using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace NetCompiler.Runtime;

/// <summary>
/// Threads that stay, for work in pieces of microseconds. Handing work out allocates nothing; a worker spins briefly for more
/// before it blocks. The calling thread takes part, and never waits for a worker that has not begun.
/// </summary>
/// <remarks>
/// A pool serves one caller at a time. With one thread it starts none. The threads are background threads, end with
/// <see cref="Dispose"/>, or with the finaliser where that was forgotten.
/// </remarks>
public sealed class WorkerPool : IDisposable
{
    private readonly Crew? _crew;
    private bool _disposed;

    /// <summary>Starts <paramref name="threads"/> − 1 threads.</summary>
    /// <param name="threads">How many threads work, the caller included: 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is less than 1.</exception>
    public WorkerPool(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        Threads = threads;
        if (threads > 1)
            _crew = new Crew(threads);
        else
            GC.SuppressFinalize(this);
    }

    /// <summary>Lets the threads end where the owner forgot to.</summary>
    ~WorkerPool() => _crew?.Stop(wait: false);

    /// <summary>How many threads work, the caller included.</summary>
    public int Threads { get; }

    /// <summary>Does work with all threads, and returns when it is done.</summary>
    /// <param name="work">The work.</param>
    /// <param name="pieces">How many pieces it has, if known: no more threads than that are woken.</param>
    /// <param name="isBrief">
    /// True for work of a few microseconds, in which a thread that sleeps may come too late. Where it does, as where two threads have one
    /// core between them, it is not woken for the next such works.
    /// </param>
    /// <returns>True where another thread took part.</returns>
    /// <exception cref="InvalidOperationException">The pool is at work already.</exception>
    /// <exception cref="ObjectDisposedException">The pool has been disposed.</exception>
    /// <remarks>
    /// An exception that <see cref="IParallelWork.Execute"/> throws on any thread, the first if there are several, is thrown here.
    /// </remarks>
    public bool Run(IParallelWork work, int pieces = int.MaxValue, bool isBrief = false)
    {
        ArgumentNullException.ThrowIfNull(work);
        ObjectDisposedException.ThrowIf(_disposed, this);
        var isShared = _crew is not null && pieces > 1;
        if (isShared)
            isShared = _crew!.Run(work, pieces - 1, isBrief);
        else
            work.Execute(0);
        GC.KeepAlive(this);
        return isShared;
    }

    /// <summary>Ends the threads and waits for them.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _crew?.Stop(wait: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>What the threads know. It does not refer to the pool, so that a forgotten pool can be collected.</summary>
    private sealed class Crew
    {
        private const long Closed = 1L << 31;
        private const long Joined = 1L << 30;
        private const long ActiveMask = Joined - 1;
        private const int SpinLength = 8;

        // Brief works that go by after a vain wake: twice as many after each, but no more than this.
        private const int MostPaused = 255;

        private readonly Thread[] _threads;
        private readonly int _spins;
        private readonly object _wake = new();
        private readonly object _done = new();

        // Generation of the work (upper 32 bits), whether it can no longer be joined (bit 31), whether anybody has (bit 30), workers in it
        // (lower 30 bits).
        private long _state = Closed;
        private IParallelWork? _work;
        private Exception? _failure;
        private int _running;
        private int _sleeping;
        private int _callerSleeps;
        private int _pause;
        private int _paused;
        private volatile bool _stopped;

        public Crew(int threads)
        {
            // Spinning pays only where the one who is waited for has a core of its own: some 20 µs, less than it costs to block.
            _spins = threads <= Environment.ProcessorCount ? 100 : 0;
            _threads = new Thread[threads - 1];
            for (var i = 0; i < _threads.Length; i++)
            {
                var worker = i + 1;
                _threads[i] = new Thread(() => Work(worker)) { IsBackground = true, Name = $"NetCompiler worker {worker}" };
            }

            foreach (var thread in _threads)
                thread.Start();
        }

        public bool Run(IParallelWork work, int helpers, bool isBrief)
        {
            if (Interlocked.Exchange(ref _running, 1) != 0)
                throw new InvalidOperationException("The worker pool is at work already: it serves one caller at a time.");
            _work = work;
            var generation = Generation(_state) + 1;
            Interlocked.Exchange(ref _state, (long)((ulong)generation << 32));
            var wakes = Volatile.Read(ref _sleeping) != 0 && (!isBrief || _paused-- <= 0);
            if (wakes)
                Wake(helpers);
            Execute(work, 0);

            var state = Interlocked.Or(ref _state, Closed);
            var isShared = (state & Joined) != 0;
            if (wakes)
                _paused = _pause = isShared ? 0 : Math.Min(2 * _pause + 1, MostPaused);
            if ((state & ActiveMask) != 0)
                WaitForWorkers();
            _work = null;
            var failure = _failure;
            _failure = null;
            Volatile.Write(ref _running, 0);
            if (failure is not null)
                ExceptionDispatchInfo.Throw(failure);
            return isShared;
        }

        public void Stop(bool wait)
        {
            _stopped = true;
            lock (_wake)
                Monitor.PulseAll(_wake);
            if (!wait)
                return;
            foreach (var thread in _threads)
                thread.Join();
        }

        private static uint Generation(long state) => (uint)(state >>> 32);

        private void Work(int worker)
        {
            var seen = 0u;
            while (Join(ref seen))
                TakePart(worker);
        }

        /// <summary>Waits until there is work that this thread has not seen, and enters it; false when the pool has ended.</summary>
        private bool Join(ref uint seen)
        {
            var spins = 0;
            while (!_stopped)
            {
                var state = Volatile.Read(ref _state);
                var generation = Generation(state);
                if (generation == seen)
                {
                    if (spins++ < _spins)
                    {
                        Thread.SpinWait(SpinLength);
                        continue;
                    }

                    Sleep(seen);
                    spins = 0;
                }
                else if ((state & Closed) != 0)
                {
                    seen = generation;
                }
                else if (Interlocked.CompareExchange(ref _state, (state | Joined) + 1, state) == state)
                {
                    seen = generation;
                    return true;
                }
            }

            return false;
        }

        // Not inlined: the thread's frame must not keep the work alive while it waits for the next.
        [MethodImpl(MethodImplOptions.NoInlining)]
        private void TakePart(int worker)
        {
            Execute(_work!, worker);
            var state = Interlocked.Decrement(ref _state);
            if ((state & ActiveMask) != 0 || (state & Closed) == 0 || Volatile.Read(ref _callerSleeps) == 0)
                return;
            lock (_done)
                Monitor.PulseAll(_done);
        }

        private void Execute(IParallelWork work, int worker)
        {
            try
            {
                work.Execute(worker);
            }
            catch (Exception exception)
            {
                Interlocked.CompareExchange(ref _failure, exception, null);
            }
        }

        private void Wake(int helpers)
        {
            lock (_wake)
            {
                if (helpers >= _threads.Length)
                {
                    Monitor.PulseAll(_wake);
                    return;
                }

                for (var i = 0; i < helpers; i++)
                    Monitor.Pulse(_wake);
            }
        }

        private void Sleep(uint seen)
        {
            lock (_wake)
            {
                // This fence and the one of Run pair up: either Run sees a sleeper, or the sleeper sees the work.
                Interlocked.Increment(ref _sleeping);
                while (Generation(Volatile.Read(ref _state)) == seen && !_stopped)
                    Monitor.Wait(_wake);
                Interlocked.Decrement(ref _sleeping);
            }
        }

        private void WaitForWorkers()
        {
            for (var spins = 0; spins < _spins; spins++)
            {
                if ((Volatile.Read(ref _state) & ActiveMask) == 0)
                    return;
                Thread.SpinWait(SpinLength);
            }

            lock (_done)
            {
                Interlocked.Exchange(ref _callerSleeps, 1);
                while ((Volatile.Read(ref _state) & ActiveMask) != 0)
                    Monitor.Wait(_done);
                Volatile.Write(ref _callerSleeps, 0);
            }
        }
    }
}
