using System.Diagnostics;
using System.Runtime.ExceptionServices;
using NetCompiler.Runtime;
using static System.FormattableString;

namespace NetCompiler.Fuzz.Fuzzing;

/// <summary>
/// Gives a format's readers damaged files, one after the other. Each has to be read or refused with an exception that the reader
/// documents, within limits of time and memory.
/// </summary>
/// <remarks>
/// Memory is what the thread allocates on the managed heap from a case's beginning to its end, garbage included, so at least what is in
/// use at any moment of it. Native memory is not in it: the readers use none but zlib's windows, some 50 kB whatever the file.
/// </remarks>
/// <param name="target">The format.</param>
/// <param name="seed">The seed of all cases.</param>
/// <param name="limits">What a case may take.</param>
public sealed class Fuzzer(IFuzzTarget target, ulong seed, FuzzLimits limits)
{
    private static readonly TimeSpan s_pollInterval = TimeSpan.FromMilliseconds(50);

    private readonly Lock _gate = new();
    private FuzzReport _report = new() { Target = target.Name };
    private byte[] _data = [];
    private long _case;
    private long _started;

    /// <summary>Hears of each case before it runs, so that one that ends the process can be found again.</summary>
    public Action<long>? CaseBegins { get; init; }

    /// <summary>The file of a case.</summary>
    /// <param name="number">The case, from 0 on.</param>
    public byte[] Create(long number)
    {
        var mutator = new Mutator(new RandomStream(seed, Invariant($"{target.Name}/{number}")), target.Seeds);
        return target.Mutate(mutator.Pick(target.Seeds), mutator);
    }

    /// <summary>Runs cases.</summary>
    /// <param name="first">The first case.</param>
    /// <param name="count">How many.</param>
    /// <param name="duration">After how long no more are begun; null for no such limit.</param>
    /// <returns>What became of them. After a case that did not end, there are no more; its thread is left behind.</returns>
    public FuzzReport Run(long first, long count, TimeSpan? duration = null) =>
        RunOnThread(() =>
        {
            // Undamaged files first: what is made once is paid for before a case is measured.
            for (var i = 0; i < target.Seeds.Count; i++)
                RunCase(-1 - i, target.Seeds[i]);
            lock (_gate)
                _report = _report.FailureCount == 0 ? new FuzzReport { Target = target.Name } : _report;
            var clock = Stopwatch.StartNew();
            for (var number = first; number < first + count && !(clock.Elapsed > duration); number++)
                RunCase(number, Create(number));
        });

    /// <summary>Runs one file.</summary>
    /// <param name="data">The file.</param>
    public FuzzReport Run(byte[] data) => RunOnThread(() => RunCase(0, data));

    private FuzzReport RunOnThread(Action run)
    {
        _report = new FuzzReport { Target = target.Name };
        // A thread of its own, so that one that never ends can be left behind. What it throws is the fuzzer's own error.
        ExceptionDispatchInfo? error = null;
        var thread = new Thread(() =>
        {
            try
            {
                run();
            }
            catch (Exception exception)
            {
                error = ExceptionDispatchInfo.Capture(exception);
            }
        })
        {
            IsBackground = true,
            Name = target.Name,
        };
        thread.Start();
        while (!thread.Join(s_pollInterval))
        {
            lock (_gate)
            {
                if (_started == 0 || Stopwatch.GetElapsedTime(_started) <= limits.Time)
                    continue;
                _report.AddFailure(new FuzzFailure(_case, Invariant($"no answer within {limits.Time.TotalSeconds} s"), _data));
                return _report;
            }
        }

        error?.Throw();
        return _report;
    }

    private void RunCase(long number, byte[] data)
    {
        CaseBegins?.Invoke(number);
        lock (_gate)
            (_case, _data, _started) = (number, data, Stopwatch.GetTimestamp());

        Exception? thrown = null;
        var answer = 0L;
        var before = GC.GetAllocatedBytesForCurrentThread();
        var begin = Stopwatch.GetTimestamp();
        try
        {
            answer = target.Read(data);
        }
        catch (Exception exception)
        {
            // Judged below.
            thrown = exception;
        }

        var time = Stopwatch.GetElapsedTime(begin);
        var memory = GC.GetAllocatedBytesForCurrentThread() - before;
        lock (_gate)
            _started = 0;

        var limit = limits.MemoryFor(Math.Max(data.Length, answer));
        _report.AddMeasurement(memory, limit, time);
        if (thrown is not null && !target.IsRefusal(thrown))
            _report.AddFailure(new FuzzFailure(number, thrown.ToString(), data));
        else if (time > limits.Time)
            _report.AddFailure(new FuzzFailure(number, Invariant($"took {time:c}; the limit is {limits.Time:c}"), data));
        else if (memory > limit)
            _report.AddFailure(new FuzzFailure(number, Invariant($"{memory} bytes of memory; the limit is {limit}"), data));
        else if (thrown is null)
            _report.AddAnswer();
        else
            _report.AddRefusal(thrown);
    }
}
