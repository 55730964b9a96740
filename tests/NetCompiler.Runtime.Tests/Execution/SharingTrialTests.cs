namespace NetCompiler.Runtime.Tests.Execution;

public class SharingTrialTests
{
    [Theory]
    [InlineData(8, 12, true)]
    [InlineData(16, 12, false)]
    public void Runs_go_as_the_faster_half_of_the_trial_did(int shared, int alone, bool expected)
    {
        var runs = Run(new SharingTrial(), 1500, isShared => isShared ? shared : alone);
        Assert.All(runs[..15], Assert.True);
        Assert.All(runs[15..30], Assert.False);
        Assert.All(runs[30..], isShared => Assert.Equal(expected, isShared));
    }

    [Fact]
    public void What_holds_up_a_few_runs_decides_nothing()
    {
        var run = 0;
        var runs = Run(new SharingTrial(), 1500, isShared => isShared ? (run++ % 3 == 0 ? 10_000 : 8) : 12);
        Assert.All(runs[30..], Assert.True);
    }

    [Fact]
    public void It_is_tried_again()
    {
        var trial = new SharingTrial();
        Assert.All(Run(trial, 1500, isShared => isShared ? 16 : 12)[30..], Assert.False);
        // The operating system has moved the threads.
        Assert.All(Run(trial, 1500, isShared => isShared ? 8 : 12)[30..], Assert.True);
    }

    private static List<bool> Run(SharingTrial trial, int runs, Func<bool, long> time)
    {
        var results = new List<bool>();
        for (var i = 0; i < runs; i++)
        {
            results.Add(trial.IsShared);
            trial.Add(time(trial.IsShared));
        }

        return results;
    }
}
