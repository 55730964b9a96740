using NetCompiler.Training.Reports;

namespace NetCompiler.Training.Tests.Reports;

public sealed class ChartAxisTests
{
    [Theory]
    [InlineData(0, 1, "0.0 0.2 0.4 0.6 0.8 1.0")]
    [InlineData(0.018, 0.138, "0.00 0.05 0.10 0.15")]
    [InlineData(3, 97, "0 20 40 60 80 100")]
    [InlineData(-1, 1, "-1.0 -0.5 0.0 0.5 1.0")]
    [InlineData(0, 12345, "0 5000 10000 15000")]
    [InlineData(1e-6, 4e-6, "0.000001 0.000002 0.000003 0.000004")]
    [InlineData(5, 5, "4.4 4.6 4.8 5.0 5.2 5.4 5.6")]
    [InlineData(0, 0, "-1.0 -0.5 0.0 0.5 1.0")]
    public void Ticks_are_round_numbers_around_the_values(double minimum, double maximum, string labels)
    {
        var axis = ChartAxis.Linear(minimum, maximum);
        Assert.Equal(labels, Labels(axis));
        Assert.InRange(minimum, axis.Minimum, axis.Maximum);
        Assert.InRange(maximum, axis.Minimum, axis.Maximum);
        Assert.Equal((axis.Minimum, axis.Maximum), (axis.Ticks[0].Value, axis.Ticks[^1].Value));
        Assert.Equal((0, 1), (axis.Position(axis.Minimum), axis.Position(axis.Maximum)));
    }

    [Fact]
    public void Percentages() =>
        Assert.Equal("97.0% 97.5% 98.0% 98.5% 99.0%", Labels(ChartAxis.Linear(0.971, 0.99, percent: true)));

    [Fact]
    public void Epochs_are_whole() =>
        Assert.Equal("1 2 3", Labels(ChartAxis.Linear(1, 3, count: 8, smallestStep: 1)));

    [Theory]
    [InlineData(0.03, 2.3, "0.02 0.05 0.1 0.2 0.5 1 2 5")]
    [InlineData(1, 10, "1 2 5 10")]
    [InlineData(3, 3, "2 5")]
    [InlineData(1e-4, 1, "0.0001 0.001 0.01 0.1 1")]
    public void Logarithmic_ticks_are_1_2_and_5(double minimum, double maximum, string labels)
    {
        var axis = ChartAxis.Logarithmic(minimum, maximum);
        Assert.Equal(labels, Labels(axis));
        Assert.InRange(minimum, axis.Minimum, axis.Maximum);
        Assert.InRange(maximum, axis.Minimum, axis.Maximum);
        Assert.Equal(0.5, axis.Position(Math.Sqrt(axis.Minimum * axis.Maximum)), 1e-12);
    }

    [Fact]
    public void What_is_no_range_is_refused()
    {
        Assert.Throws<ArgumentException>(() => ChartAxis.Linear(2, 1));
        Assert.Throws<ArgumentException>(() => ChartAxis.Linear(0, double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => ChartAxis.Logarithmic(0, 1));
    }

    private static string Labels(ChartAxis axis) => string.Join(' ', axis.Ticks.Select(t => t.Label).Where(l => l.Length > 0));
}
