using NetCompiler.Fuzz.Fuzzing;

namespace NetCompiler.Fuzz.Tests;

/// <summary>Readers that go wrong are found out.</summary>
public class FuzzerTests
{
    [Fact]
    public void An_exception_that_is_not_documented_is_a_failure_and_can_be_had_again()
    {
        using var target = new PlantedTarget(data => _ = data[10]);
        var fuzzer = new Fuzzer(target, 1, FuzzLimits.Default);

        var report = fuzzer.Run(0, 1000);

        Assert.InRange(report.FailureCount, 20, 999);
        Assert.Equal(FuzzReport.MostFailures, report.Failures.Count);
        var failure = report.Failures[3];
        Assert.Contains(nameof(IndexOutOfRangeException), failure.Reason);
        Assert.Equal(failure.Data, fuzzer.Create(failure.Case));
        Assert.Equal(failure.Reason.Split('\n')[0], Assert.Single(fuzzer.Run(failure.Case, 1).Failures).Reason.Split('\n')[0]);
        Assert.Equal(1, fuzzer.Run(failure.Data).FailureCount);
        Assert.Equal(1000, report.Cases);
        Assert.Equal(1000, report.Answers + report.FailureCount);
    }

    [Fact]
    public void Documented_exceptions_are_counted_by_their_type()
    {
        using var target = new PlantedTarget(data => throw (data.Length > 20 ? new EndOfStreamException() : new FileFormatException()));
        var report = new Fuzzer(target, 1, FuzzLimits.Default).Run(0, 300);
        Assert.Empty(report.Failures);
        Assert.Equal([nameof(EndOfStreamException), nameof(FileFormatException)], report.Refusals.Keys);
        Assert.Equal(300, report.Refusals.Values.Sum());
    }

    [Fact]
    public void More_memory_than_the_limit_is_a_failure()
    {
        // Twice the file's size and 16 MB is a little less than 17 MB, and that is allocated for what is longer than it was.
        using var target = new PlantedTarget(data => GC.KeepAlive(new byte[data.Length > 40 ? 17 << 20 : 1000]));
        var report = new Fuzzer(target, 1, FuzzLimits.Default).Run(0, 60);
        Assert.InRange(report.FailureCount, 1, 59);
        Assert.All(report.Failures, failure => Assert.Contains("bytes of memory; the limit is 1", failure.Reason));
        Assert.InRange(report.WorstMemoryShare, 1, 1.1);
    }

    [Fact]
    public void A_case_that_does_not_end_is_a_failure_and_the_last_one()
    {
        using var never = new ManualResetEventSlim();
        using var target = new PlantedTarget(data =>
        {
            if (data.Length == 0)
                never.Wait();
        });
        var report = new Fuzzer(target, 1, FuzzLimits.Default with { Time = TimeSpan.FromSeconds(1) }).Run(0, long.MaxValue);
        var failure = Assert.Single(report.Failures);
        Assert.Equal("no answer within 1 s", failure.Reason);
        Assert.Empty(failure.Data);
        never.Set();
    }

    [Fact]
    public void Seeds_that_fail_are_failures_too()
    {
        using var target = new PlantedTarget(data => throw new InvalidOperationException());
        Assert.Equal(-1, new Fuzzer(target, 1, FuzzLimits.Default).Run(0, 1).Failures[0].Case);
    }

    private sealed class FileFormatException : IOException;

    private sealed class PlantedTarget(Action<byte[]> read) : IFuzzTarget
    {
        public string Name => "planted";

        public string Extension => ".bin";

        public IReadOnlyList<byte[]> Seeds { get; } = [[.. Enumerable.Range(0, 40).Select(i => (byte)i)]];

        public byte[] Mutate(byte[] seed, Mutator mutator) => mutator.Mutate(seed);

        public long Read(byte[] data)
        {
            read(data);
            return 0;
        }

        public bool IsRefusal(Exception exception) => exception is IOException;

        public void Dispose()
        {
        }
    }
}
