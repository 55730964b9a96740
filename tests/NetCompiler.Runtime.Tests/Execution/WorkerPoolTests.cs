using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace NetCompiler.Runtime.Tests.Execution;

public class WorkerPoolTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(9)]
    public void Every_piece_is_done_once(int threads)
    {
        using var pool = new WorkerPool(threads);
        for (var round = 0; round < 2000; round++)
        {
            var work = new Counting(pieces: round % 13);
            pool.Run(work, round % 3 == 0 ? int.MaxValue : round % 13);
            Assert.All(work.Done, times => Assert.Equal(1, times));
        }
    }

    [Fact]
    public void One_thread_is_the_callers()
    {
        using var pool = new WorkerPool(1);
        var caller = Environment.CurrentManagedThreadId;
        var seen = new ConcurrentBag<int>();
        for (var i = 0; i < 100; i++)
            pool.Run(new Acting(_ => seen.Add(Environment.CurrentManagedThreadId)));
        Assert.Equal(100, seen.Count);
        Assert.All(seen, id => Assert.Equal(caller, id));
    }

    [Fact]
    public void Threads_work_at_the_same_time()
    {
        using var pool = new WorkerPool(3);
        using var meeting = new Barrier(3);
        var workers = new ConcurrentBag<int>();
        pool.Run(new Acting(worker =>
        {
            Assert.True(meeting.SignalAndWait(TimeSpan.FromSeconds(30)));
            workers.Add(worker);
        }));
        Assert.Equal([0, 1, 2], workers.Order());
    }

    [Fact]
    public void Work_wakes_threads_that_have_gone_to_sleep()
    {
        using var pool = new WorkerPool(2);
        for (var i = 0; i < 5; i++)
        {
            Thread.Sleep(20);
            using var meeting = new Barrier(2);
            pool.Run(new Acting(_ => Assert.True(meeting.SignalAndWait(TimeSpan.FromSeconds(30)))));
        }
    }

    [Fact]
    public void Brief_work_is_done_whoever_comes_and_wakes_threads_for_what_follows()
    {
        using var pool = new WorkerPool(2);
        for (var round = 0; round < 20; round++)
        {
            // So short that whoever is woken comes too late, again and again.
            for (var i = 0; i < 600; i++)
            {
                var work = new Counting(pieces: 2);
                pool.Run(work, 2, isBrief: true);
                Assert.All(work.Done, times => Assert.Equal(1, times));
            }

            Thread.Sleep(2);
            using var meeting = new Barrier(2);
            pool.Run(new Acting(_ => Assert.True(meeting.SignalAndWait(TimeSpan.FromSeconds(30)))));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void An_exception_of_any_thread_reaches_the_caller_and_the_pool_goes_on(int thrower)
    {
        using var pool = new WorkerPool(2);
        using var meeting = new Barrier(2);
        var work = new Acting(worker =>
        {
            Assert.True(meeting.SignalAndWait(TimeSpan.FromSeconds(30)));
            if (worker == thrower)
                throw new FormatException($"thrown by {worker}");
        });
        for (var i = 0; i < 3; i++)
            Assert.Equal($"thrown by {thrower}", Assert.Throws<FormatException>(() => pool.Run(work)).Message);
        var counting = new Counting(100);
        pool.Run(counting);
        Assert.All(counting.Done, times => Assert.Equal(1, times));
    }

    [Fact]
    public void A_second_caller_is_refused()
    {
        using var pool = new WorkerPool(2);
        Exception? refused = null;
        pool.Run(new Acting(worker =>
        {
            if (worker == 0)
                refused = Record.Exception(() => pool.Run(new Counting(2)));
        }));
        Assert.Contains("one caller at a time", Assert.IsType<InvalidOperationException>(refused).Message);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Handing_out_work_allocates_nothing(int threads)
    {
        using var pool = new WorkerPool(threads);
        var work = new Counting(8);
        pool.Run(work);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            work.Reset();
            pool.Run(work);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Disposing_ends_the_threads()
    {
        var pool = new WorkerPool(3);
        var threads = Threads(pool, 3);
        pool.Dispose();
        Assert.All(threads.Where(thread => thread != Thread.CurrentThread), thread => Assert.False(thread.IsAlive));
        Assert.Throws<ObjectDisposedException>(() => pool.Run(new Counting(1)));
    }

    [Fact]
    public void A_forgotten_pool_ends_its_threads()
    {
        var threads = ForgetAPool();
        for (var i = 0; i < 100 && threads.Any(thread => thread.IsAlive); i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Thread.Sleep(20);
        }

        Assert.All(threads, thread => Assert.False(thread.IsAlive));
    }

    [Fact]
    public void Less_than_one_thread_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new WorkerPool(0));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Thread[] ForgetAPool()
    {
        var pool = new WorkerPool(2);
        return [.. Threads(pool, 2).Where(thread => thread != Thread.CurrentThread)];
    }

    private static ConcurrentBag<Thread> Threads(WorkerPool pool, int count)
    {
        using var meeting = new Barrier(count);
        var threads = new ConcurrentBag<Thread>();
        pool.Run(new Acting(_ =>
        {
            Assert.True(meeting.SignalAndWait(TimeSpan.FromSeconds(30)));
            threads.Add(Thread.CurrentThread);
        }));
        return threads;
    }

    private sealed class Acting(Action<int> action) : IParallelWork
    {
        public void Execute(int worker) => action(worker);
    }

    private sealed class Counting(int pieces) : IParallelWork
    {
        private int _next;

        public int[] Done { get; } = new int[pieces];

        public void Reset() => _next = 0;

        public void Execute(int worker)
        {
            while (true)
            {
                var piece = Interlocked.Increment(ref _next) - 1;
                if (piece >= Done.Length)
                    return;
                Interlocked.Increment(ref Done[piece]);
            }
        }
    }
}
