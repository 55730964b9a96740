using NetCompiler.Training.Tests.Support;

namespace NetCompiler.Training.Tests.Metrics;

public sealed class MetricTests
{
    [Fact]
    public void Categorical_accuracy_takes_the_first_of_the_largest()
    {
        Assert.Equal(2, Accuracy.CountCorrect([0.1f, 0.9f, 0.5f, 0.5f, 0.2f, 0.1f], [1, 0, 1]));
        Assert.Equal(0, Accuracy.CountCorrect([], []));
        Assert.Equal(1, Accuracy.ArgMax([float.NaN, 1f]));
        Assert.Throws<ArgumentException>(() => Accuracy.CountCorrect(new float[5], [0, 1]));
    }

    [Fact]
    public void Binary_accuracy_compares_with_a_threshold()
    {
        Assert.Equal(3, Accuracy.CountCorrect([0.9f, 0.2f, 0.6f, 0.5f], [1f, 0f, 0f, 0f], 0.5f));
        Assert.Equal(2, Accuracy.CountCorrect([-0.1f, 0.1f], [0f, 1f], 0f));
        Assert.Throws<ArgumentException>(() => Accuracy.CountCorrect([1f], [], 0.5f));
    }

    [Fact]
    public void A_running_mean_weighs_portions_by_their_size()
    {
        RunningMean mean = default;
        Assert.True(double.IsNaN(mean.Value));
        mean.Add([1f, 2f, 3f]);
        mean.Add([10f]);
        Assert.Equal(4, mean.Value);
        RunningMean accuracy = default;
        accuracy.Add(3, 4);
        accuracy.Add(1, 4);
        Assert.Equal(0.5, accuracy.Value);
    }

    [Fact]
    public void A_confusion_matrix_counts()
    {
        var matrix = Example();
        Assert.Equal(2, matrix[0, 0]);
        Assert.Equal(1, matrix[0, 1]);
        Assert.Equal(0, matrix[1, 0]);
        Assert.Equal(5, matrix.Total);
        Assert.Equal(0.8, matrix.Accuracy);
        Assert.Equal(2 / 3.0, matrix.Recall(0));
        Assert.Equal(2 / 3.0, matrix.Precision(1));
        Assert.True(double.IsNaN(matrix.Recall(2)));
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.Add(3, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.Add(0, -1));
        Assert.Throws<ArgumentException>(() => matrix.Add([1f, 2f], [0]));
        Assert.True(double.IsNaN(new ConfusionMatrix(2).Accuracy));
    }

    [Fact]
    public void A_confusion_matrix_prints_as_text() =>
        Assert.Equal(
            """
            true \ predicted   cat   dog  bird  recall
            cat                  2     1     ·   66.7%
            dog                  ·     2     ·  100.0%
            bird                 ·     ·     ·       –

            """.ReplaceLineEndings("\n"),
            Example().ToString());

    [Fact]
    public void A_confusion_matrix_prints_as_a_table()
    {
        var text = TestConsole.Write(Example().ToTable());
        Assert.Matches(@" cat +dog +bird +recall", text);
        Assert.Matches(@"cat +2 +1 +· +66\.7%", text);
        Assert.DoesNotContain('\u001b', text);
    }

    private static ConfusionMatrix Example()
    {
        var matrix = new ConfusionMatrix("cat", "dog", "bird");
        matrix.Add([1f, 0f, 0f, 0.6f, 0.3f, 0.1f, 0.2f, 0.5f, 0.3f], [0, 0, 0]);
        matrix.Add(1, 1);
        matrix.Add(1, 1);
        return matrix;
    }
}
