using System.Collections.Concurrent;
using NetCompiler.Runtime.Tests.Support;

namespace NetCompiler.Runtime.Tests.Execution;

public unsafe class PassExecutorTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(4, 2)]
    [InlineData(5, 2)]
    [InlineData(37, 1)]
    [InlineData(37, 4)]
    public void Chunks_cover_the_batch_at_multiples_of_their_size(int samples, int threads)
    {
        var chunks = new ConcurrentBag<(nint First, nint Count)>();
        Run(
            ProbePass.Describe([new StepInfo(StepKind.Chunks)], chunkSize: 4),
            (int _, in PassArguments a) => chunks.Add((a.First, a.Count)),
            samples,
            threads);
        var expected = Enumerable.Range(0, (samples + 3) / 4).Select(i => ((nint)(i * 4), (nint)Math.Min(4, samples - i * 4)));
        Assert.Equal(expected, chunks.Order());
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    [InlineData(4, false)]
    [InlineData(4, true)]
    public void Threads_share_the_rounds_of_a_launch_and_the_leader_waits_for_them(int threads, bool isBrief)
    {
        const int Launches = 5;
        const int Rounds = 37;
        for (var repetition = 0; repetition < 200; repetition++)
        {
            var done = new int[Launches, Rounds];
            var early = 0;
            var alone = 0;
            Run(
                ProbePass.Describe([new StepInfo(StepKind.Chunks, HasTeam: true, IsBrief: isBrief)], chunkSize: 4),
                (int _, in PassArguments a) =>
                {
                    for (var launch = 0; launch < Launches; launch++)
                    {
                        for (var part = new LaunchPart(launch, Rounds); a.Team.Next(ref part);)
                        {
                            for (var round = part.Start; round < part.End; round++)
                                Interlocked.Increment(ref done[launch, round]);
                        }

                        if (a.Team.IsHelper)
                            continue;
                        alone++;
                        for (var round = 0; round < Rounds; round++)
                        {
                            if (Volatile.Read(ref done[launch, round]) != 1)
                                early++;
                        }
                    }
                },
                samples: 3,
                threads);
            Assert.Equal(0, early);
            Assert.Equal(Launches, alone);
            Assert.All(done.Cast<int>(), count => Assert.Equal(1, count));
        }
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 2)]
    [InlineData(3, 4)]
    [InlineData(25, 2)]
    [InlineData(113, 4)]
    public void Threads_have_shares_of_a_launch_that_are_alike(int rounds, int threads)
    {
        var shares = new ConcurrentBag<(nint Start, nint End)>();
        Run(
            ProbePass.Describe([new StepInfo(StepKind.Chunks, HasTeam: true)], chunkSize: 4),
            (int _, in PassArguments a) =>
            {
                for (var part = new LaunchPart(0, rounds); a.Team.Next(ref part);)
                    shares.Add((part.Start, part.End));
            },
            samples: 3,
            threads);
        var ordered = shares.Order().ToList();
        Assert.Equal(Enumerable.Range(1, ordered.Count - 1).Select(i => ordered[i].Start), ordered.SkipLast(1).Select(p => p.End));
        Assert.Equal((0, rounds), (ordered[0].Start, ordered[^1].End));
        Assert.Equal(Math.Min(rounds, threads), ordered.Count);
        // Two threads do 13 and 12 rounds of 25.
        var lengths = ordered.Select(p => p.End - p.Start).ToList();
        Assert.InRange(lengths.Max() - lengths.Min(), 0, 1);
    }

    [Fact]
    public void A_member_has_the_same_share_of_every_launch()
    {
        const int Threads = 3;
        var shares = new ConcurrentBag<(bool IsHelper, nint Start, nint End)>();
        using var all = new Barrier(Threads);
        Run(
            ProbePass.Describe([new StepInfo(StepKind.Chunks, HasTeam: true)], chunkSize: 4),
            (int _, in PassArguments a) =>
            {
                for (var launch = 0; launch < 20; launch++)
                {
                    // Nobody is done before everybody has begun, so that nothing is left to be taken by another.
                    for (var part = new LaunchPart(launch, 10); a.Team.Next(ref part);)
                    {
                        shares.Add((a.Team.IsHelper, part.Start, part.End));
                        Assert.True(all.SignalAndWait(TimeSpan.FromSeconds(30)));
                    }
                }
            },
            samples: 3,
            Threads);
        Assert.Equal(
            [(false, 0, 4, 20), (true, 4, 7, 20), (true, 7, 10, 20)],
            shares.GroupBy(s => s).Select(g => (g.Key.IsHelper, (int)g.Key.Start, (int)g.Key.End, g.Count())).OrderBy(s => s.Item2));
    }

    [Fact]
    public void What_is_a_threads_own_lies_apart_from_the_chunk_that_threads_share()
    {
        const int Threads = 3;
        const int ChunkBytes = 320;
        var places = new ConcurrentBag<(nint Chunk, nint Own)>();
        using var all = new Barrier(Threads);
        Run(
            ProbePass.Describe([new StepInfo(StepKind.Chunks, HasTeam: true)], chunkSize: 4) with { ChunkBytes = ChunkBytes },
            (int _, in PassArguments a) =>
            {
                new Span<byte>(a.Own, ChunkBytes).Fill(1);
                places.Add(((nint)a.Chunk, (nint)a.Own));
                Assert.True(all.SignalAndWait(TimeSpan.FromSeconds(30)));
            },
            samples: 3,
            Threads);
        Assert.Single(places.Select(p => p.Chunk).Distinct());
        var begins = places.Select(p => p.Own).Append(places.First().Chunk).Order().ToList();
        Assert.Equal(Threads + 1, begins.Count);
        Assert.All(begins.Skip(1).Zip(begins, (next, begin) => next - begin), distance => Assert.True(distance >= ChunkBytes));
    }

    [Fact]
    public void A_chunk_of_a_single_thread_is_its_own()
    {
        var isOwn = false;
        Run(
            ProbePass.Describe([new StepInfo(StepKind.Chunks, HasTeam: true)], chunkSize: 4) with { ChunkBytes = 64 },
            (int _, in PassArguments a) => isOwn = a.Own == a.Chunk,
            samples: 3,
            threads: 1);
        Assert.True(isOwn);
    }

    [Fact]
    public void The_leader_takes_the_shares_of_helpers_that_do_not_come()
    {
        var rounds = new List<nint>();
        Run(
            ProbePass.Describe([new StepInfo(StepKind.Chunks, HasTeam: true)], chunkSize: 4),
            (int _, in PassArguments a) =>
            {
                if (a.Team.IsHelper)
                    return;
                for (var part = new LaunchPart(0, 10); a.Team.Next(ref part);)
                {
                    for (var round = part.Start; round < part.End; round++)
                        rounds.Add(round);
                }
            },
            samples: 3,
            threads: 4);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => (nint)i), rounds);
    }

    [Fact]
    public void A_brief_launch_is_divided_where_a_helper_is_there_or_was_the_last_time()
    {
        var shares = new List<int>();
        using var joined = new ManualResetEventSlim();
        Run(
            ProbePass.Describe([new StepInfo(StepKind.Chunks, HasTeam: true, IsBrief: true)], chunkSize: 4),
            (int _, in PassArguments a) =>
            {
                if (a.Team.IsHelper)
                {
                    joined.Set();
                    return;
                }

                for (var launch = 0; launch < 2; launch++)
                {
                    var count = 0;
                    for (var part = new LaunchPart(launch, 12); a.Team.Next(ref part);)
                        count++;
                    shares.Add(count);
                    Assert.True(joined.Wait(TimeSpan.FromSeconds(30)));
                }
            },
            samples: 3,
            threads: 2,
            rounds: 2);
        // Whether it was there for the first one is chance.
        Assert.Contains(shares[0], new[] { 1, 2 });
        Assert.Equal([2, 2, 2], shares[1..]);
    }

    [Fact]
    public void A_brief_step_is_tried_with_helpers_and_without()
    {
        const int Tries = 15;
        var shares = new List<int>();
        var helpers = 0;
        using var joined = new SemaphoreSlim(0);
        Run(
            ProbePass.Describe([new StepInfo(StepKind.Chunks, HasTeam: true, IsBrief: true)], chunkSize: 4),
            (int _, in PassArguments a) =>
            {
                if (a.Team.IsHelper)
                {
                    Interlocked.Increment(ref helpers);
                    joined.Release();
                    return;
                }

                if (shares.Count < Tries)
                    Assert.True(joined.Wait(TimeSpan.FromSeconds(30)));
                var count = 0;
                for (var part = new LaunchPart(0, 12); a.Team.Next(ref part);)
                    count++;
                shares.Add(count);
            },
            samples: 3,
            threads: 2,
            rounds: 2 * Tries);
        Assert.Equal([.. Enumerable.Repeat(2, Tries), .. Enumerable.Repeat(1, Tries)], shares);
        Assert.Equal(Tries, helpers);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_lane_gets_its_chunks_in_order_and_is_cleared_before(int threads)
    {
        const int Lanes = 3;
        var seen = new ConcurrentDictionary<nint, List<nint>>();
        for (var round = 0; round < 50; round++)
        {
            seen.Clear();
            var sums = new float[Lanes];
            Run(
                ProbePass.Describe(
                    [new StepInfo(StepKind.Chunks, ClearsLanes: true), new StepInfo(StepKind.Chunks), new StepInfo(StepKind.Once)],
                    chunkSize: 2,
                    lanes: Lanes,
                    laneBytes: 64),
                (int step, in PassArguments a) =>
                {
                    var lane = (float*)a.Lanes;
                    if (step == 2)
                    {
                        for (var i = 0; i < Lanes; i++)
                            sums[i] = lane[i * 16];
                        return;
                    }

                    // Not commutative: right only if the lane was zero, and the chunks come in order.
                    lane[0] = lane[0] * 2 + a.First;
                    seen.GetOrAdd((nint)lane, _ => []).Add(a.First);
                },
                samples: 21,
                threads,
                rounds: 2);
            Assert.Equal([Folded(0), Folded(2), Folded(4)], sums);
            Assert.Equal(Lanes, seen.Count);
        }

        static float Folded(int first)
        {
            var value = 0f;
            for (var step = 0; step < 2; step++)
            {
                for (var i = first; i < 21; i += 6)
                    value = value * 2 + i;
            }

            return value;
        }
    }

    [Fact]
    public void Lanes_without_chunks_are_cleared_too()
    {
        var last = float.NaN;
        Run(
            ProbePass.Describe(
                [new StepInfo(StepKind.Once), new StepInfo(StepKind.Chunks, ClearsLanes: true), new StepInfo(StepKind.Once)],
                lanes: 5,
                laneBytes: 64),
            (int step, in PassArguments a) =>
            {
                if (step == 0)
                    ((float*)a.Lanes)[4 * 16] = 7;
                else if (step == 2)
                    last = ((float*)a.Lanes)[4 * 16];
            },
            samples: 1,
            threads: 2);
        Assert.Equal(0, last);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Every_part_runs_once(int threads)
    {
        var parts = new ConcurrentBag<nint>();
        Run(
            ProbePass.Describe([new StepInfo(StepKind.Once, Parts: 7)]),
            (int _, in PassArguments a) => parts.Add(a.Part),
            samples: 3,
            threads);
        Assert.Equal(Enumerable.Range(0, 7).Select(i => (nint)i), parts.Order());
    }

    [Fact]
    public void Steps_run_one_after_the_other()
    {
        var running = new int[3];
        var early = 0;
        Run(
            ProbePass.Describe(
                [new StepInfo(StepKind.Chunks), new StepInfo(StepKind.Once, Parts: 3), new StepInfo(StepKind.Chunks)],
                chunkSize: 1),
            (int step, in PassArguments _) =>
            {
                var before = step == 0 ? 0 : Volatile.Read(ref running[step - 1]);
                if (step > 0 && before != (step == 1 ? 12 : 3))
                    Interlocked.Increment(ref early);
                Thread.SpinWait(500);
                Interlocked.Increment(ref running[step]);
            },
            samples: 12,
            threads: 4);
        Assert.Equal([12, 3, 12], running);
        Assert.Equal(0, early);
    }

    [Fact]
    public void Batches_beyond_the_room_run_in_groups_that_end_where_chunks_end()
    {
        var calls = new ConcurrentQueue<(int Step, nint First, nint Count, nint BatchSize, float Sample)>();
        Run(
            ProbePass.Describe([new StepInfo(StepKind.Chunks), new StepInfo(StepKind.Once)], chunkSize: 4, batchBytes: 4),
            (int step, in PassArguments a) =>
                calls.Enqueue((step, a.First, a.Count, a.BatchSize, ((float*)a.Inputs[0])[a.First])),
            samples: 19,
            threads: 1,
            maxBatch: 7);

        // Room for 7 is room for two chunks of 4.
        Assert.Equal(
            [
                (0, 0, 4, 8, 0), (0, 4, 4, 8, 4), (1, 0, 8, 8, 0),
                (0, 0, 4, 8, 8), (0, 4, 4, 8, 12), (1, 0, 8, 8, 8),
                (0, 0, 3, 3, 16), (1, 0, 3, 3, 16),
            ],
            calls.ToArray());
    }

    [Fact]
    public void Without_values_of_a_batch_there_is_one_group()
    {
        var once = 0;
        Run(
            ProbePass.Describe([new StepInfo(StepKind.Chunks), new StepInfo(StepKind.Once)]),
            (int step, in PassArguments _) => once += step,
            samples: 1000,
            threads: 1);
        Assert.Equal(1, once);
    }

    [Fact]
    public void Memory_is_aligned_and_large_enough()
    {
        var addresses = new ConcurrentBag<nint>();
        Run(
            ProbePass.Describe(
                [new StepInfo(StepKind.Chunks)],
                chunkSize: 3,
                lanes: 5,
                chunkBytes: 100,
                laneBytes: 192,
                batchBytes: 12,
                sharedBytes: 10),
            (int _, in PassArguments a) =>
            {
                Assert.True(a.Capacity >= 50);
                addresses.Add((nint)a.Chunk);
                addresses.Add((nint)a.Lanes);
                addresses.Add((nint)a.Batch);
                addresses.Add((nint)(a.Batch + 4 * a.Capacity));
                addresses.Add((nint)a.Shared);
                new Span<byte>(a.Chunk, 100).Fill(1);
                new Span<byte>(a.Lanes, 192).Fill(1);
                new Span<byte>(a.Batch + a.First * 12, (int)a.Count * 12).Fill(1);
            },
            samples: 50,
            threads: 3,
            maxBatch: 50);
        Assert.NotEmpty(addresses);
        Assert.All(addresses, address => Assert.Equal(0, address % PassArguments.Alignment));
    }

    [Fact]
    public void Each_running_chunk_has_a_workspace_of_its_own()
    {
        var torn = 0;
        Run(
            ProbePass.Describe([new StepInfo(StepKind.Chunks)], chunkSize: 1, chunkBytes: 256),
            (int _, in PassArguments a) =>
            {
                var workspace = new Span<int>(a.Chunk, 64);
                workspace.Fill((int)a.First);
                Thread.SpinWait(200);
                if (workspace.ContainsAnyExcept((int)a.First))
                    Interlocked.Increment(ref torn);
            },
            samples: 500,
            threads: 4);
        Assert.Equal(0, torn);
    }

    [Fact]
    public void Prepare_steps_run_in_prepare_alone()
    {
        var steps = new ConcurrentQueue<int>();
        var pass = new ProbePass(
            ProbePass.Describe([new StepInfo(StepKind.Prepare, Parts: 2), new StepInfo(StepKind.Once), new StepInfo(StepKind.Prepare)]),
            (int step, in PassArguments _) => steps.Enqueue(step));
        using var workers = new WorkerPool(1);
        using var executor = new PassExecutor(pass, 1, workers);
        executor.Prepare(null, null);
        Assert.Equal([0, 0, 2], steps);
        steps.Clear();
        float value = 0;
        var pointer = (byte*)&value;
        executor.Run(&pointer, &pointer, 1, null, null, null, 0);
        Assert.Equal([1], steps);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void An_exception_of_a_kernel_reaches_the_caller_and_ends_the_step(int threads)
    {
        var ran = 0;
        var exception = Assert.Throws<DivideByZeroException>(() => Run(
            ProbePass.Describe([new StepInfo(StepKind.Chunks), new StepInfo(StepKind.Once)], chunkSize: 1),
            (int step, in PassArguments a) =>
            {
                Assert.Equal(0, step);
                Interlocked.Increment(ref ran);
                if (a.First == 5)
                    throw new DivideByZeroException("in a kernel");
                Thread.SpinWait(100);
            },
            samples: 100_000,
            threads));
        Assert.Equal("in a kernel", exception.Message);
        Assert.InRange(ran, 6, 99_999);
    }

    [Theory]
    [InlineData(0, 0, 0, "ChunkSize: expected at least 1, found 0")]
    [InlineData(1, -1, 0, "Lanes: expected at least 0, found -1")]
    [InlineData(1, 1, 65, "LaneBytes: expected a multiple of 64, found 65")]
    public void A_pass_that_contradicts_itself_is_refused(int chunkSize, int lanes, long laneBytes, string message)
    {
        using var workers = new WorkerPool(1);
        var pass = new ProbePass(ProbePass.Describe([], chunkSize, lanes, laneBytes: laneBytes), (int _, in PassArguments _) => { });
        var exception = Assert.Throws<ArgumentException>(() => new PassExecutor(pass, 1, workers));
        Assert.Contains(message, exception.Message);
    }

    private static void Run(PassInfo info, ProbePass.Body body, int samples, int threads, int maxBatch = 1, int rounds = 1)
    {
        using var workers = new WorkerPool(threads);
        using var executor = new PassExecutor(new ProbePass(info, body), maxBatch, workers);
        var inputs = new float[Math.Max(samples, 1)];
        for (var i = 0; i < inputs.Length; i++)
            inputs[i] = i;
        var outputs = new float[inputs.Length];
        fixed (float* x = inputs, y = outputs)
        {
            var input = (byte*)x;
            var output = (byte*)y;
            for (var round = 0; round < rounds; round++)
                executor.Run(&input, &output, samples, null, null, null, 0);
        }
    }
}
