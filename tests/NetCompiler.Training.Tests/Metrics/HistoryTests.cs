namespace NetCompiler.Training.Tests.Metrics;

public sealed class HistoryTests
{
    [Fact]
    public void A_metric_reads_its_curve_off_the_epochs()
    {
        var history = Create((1, 0.5), (2, double.NaN), (3, 0.25));
        Assert.Equal([0.5, double.NaN, 0.25], history.Values(Metric.ValidationLoss));
        Assert.Equal([1, 2, 3], history.Values(Metric.Epoch));
        Assert.Equal([100, 100, 100], history.Values(Metric.SamplesPerSecond));
        Assert.Equal([-1, -2, -3], history.Values(new Metric("mine", e => -e.Epoch)));
    }

    [Fact]
    public void The_best_epoch_is_the_first_of_the_best_ones()
    {
        var history = Create((1, double.NaN), (2, 0.5), (3, 0.25), (4, 0.25), (5, 0.75));
        Assert.Equal(3, history.Best(Metric.ValidationLoss)!.Epoch);
        Assert.Equal(5, history.Best(new Metric("up", e => e.ValidationLoss, largerIsBetter: true))!.Epoch);
        Assert.Equal(5, history.Best(Metric.Epoch)!.Epoch);
        Assert.Null(history.Best(Metric.ValidationAccuracy));
        Assert.Null(new History().Best(Metric.Loss));
    }

    [Fact]
    public void Better_means_by_more_than_a_margin()
    {
        Assert.True(Metric.Loss.IsBetter(0.4, 0.5, minDelta: 0.05));
        Assert.False(Metric.Loss.IsBetter(0.46, 0.5, minDelta: 0.05));
        Assert.False(Metric.Loss.IsBetter(0.5, 0.5));
        Assert.True(Metric.Accuracy.IsBetter(0.56, 0.5, minDelta: 0.05));
        Assert.False(Metric.Accuracy.IsBetter(0.54, 0.5, minDelta: 0.05));
        Assert.False(Metric.Loss.IsBetter(double.NaN, 0.5));
        Assert.False(Metric.Loss.IsBetter(double.NaN, double.NaN));
        Assert.True(Metric.Loss.IsBetter(double.PositiveInfinity, double.NaN));
    }

    [Fact]
    public void Names_are_those_of_Keras()
    {
        Assert.Equal(
            ["loss", "accuracy", "val_loss", "val_accuracy", "learning_rate", "gradient_norm", "seconds", "samples_per_second"],
            Metric.All.Select(m => m.Name));
        Assert.Equal([Metric.ValidationLoss, Metric.ValidationAccuracy], Metric.All.Where(m => m.IsOfValidation));
    }

    private static History Create(params ReadOnlySpan<(int Epoch, double ValidationLoss)> epochs)
    {
        var history = new History();
        foreach (var (epoch, loss) in epochs)
            history.Add(new EpochResult(epoch, 1, 1, loss, double.NaN, 0.1f, Seconds: 2) { Samples = 200 });
        return history;
    }
}
