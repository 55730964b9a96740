namespace NetCompiler.Training.Tests.Optimizers;

public sealed class GradientClippingTests
{
    [Fact]
    public void A_norm_that_is_too_large_is_scaled_down()
    {
        float[] gradients = [3f, -4f, 0f];
        GradientClipping.ByNorm(1f).Clip(gradients, EuclideanNorm.Of(gradients));
        // 1 / (5 + 1e-6), as torch.nn.utils.clip_grad_norm_
        Assert.Equal([3 / 5.000001, -4 / 5.000001, 0], gradients.Select(g => (double)g), (a, b) => Math.Abs(a - b) < 1e-7);
    }

    [Fact]
    public void A_norm_that_is_small_enough_is_left_alone()
    {
        float[] gradients = [3f, -4f];
        GradientClipping.ByNorm(5.01f).Clip(gradients, EuclideanNorm.Of(gradients));
        Assert.Equal([3f, -4f], gradients);
    }

    [Fact]
    public void Values_are_clamped()
    {
        var gradients = Enumerable.Range(-20, 41).Select(i => i / 4f).ToArray();
        GradientClipping.ByValue(1.3f).Clip(gradients, EuclideanNorm.Of(gradients));
        Assert.Equal(Enumerable.Range(-20, 41).Select(i => Math.Clamp(i / 4f, -1.3f, 1.3f)), gradients);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(35)]
    [InlineData(1000)]
    public void The_norm_is_that_of_all_values(int count)
    {
        var values = Enumerable.Range(0, count).Select(i => MathF.Sin(i * 1.3f) * MathF.Pow(10, i % 7)).ToArray();
        var expected = Math.Sqrt(values.Sum(v => (double)v * v));
        Assert.Equal(expected, EuclideanNorm.Of(values), expected * 1e-14);
        foreach (var i in Enumerable.Range(0, count))
        {
            var one = values[i];
            values[i] = float.NaN;
            Assert.False(double.IsFinite(EuclideanNorm.Of(values)));
            values[i] = float.PositiveInfinity;
            Assert.False(double.IsFinite(EuclideanNorm.Of(values)));
            values[i] = float.MaxValue;
            Assert.True(double.IsFinite(EuclideanNorm.Of(values)));
            values[i] = one;
        }
    }

    [Fact]
    public void Limits_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => GradientClipping.ByNorm(0f));
        Assert.Throws<ArgumentOutOfRangeException>(() => GradientClipping.ByValue(-1f));
        Assert.Throws<ArgumentOutOfRangeException>(() => GradientClipping.ByNorm(float.NaN));
    }
}
