using System.Runtime.Intrinsics;

namespace NetCompiler.Runtime.Tests.Execution;

public class VectorWidthTests
{
    [Fact]
    public void The_widest_of_the_machine_is_chosen()
    {
        var expected = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;
        Assert.Equal(expected, VectorWidth.Select([512, 256, 128], null));
        Assert.Equal(expected, VectorWidth.Select([128, 512, 256], ""));
    }

    [Theory]
    [InlineData("128", 128)]
    [InlineData("256", 256)]
    public void A_limit_lowers_it(string limit, int atMost) => Assert.InRange(VectorWidth.Select([512, 256, 128], limit), 128, atMost);

    [Fact]
    public void The_narrowest_serves_where_none_fits() => Assert.Equal(256, VectorWidth.Select([512, 256], "128"));

    [Theory]
    [InlineData("64")]
    [InlineData("wide")]
    [InlineData(" 128")]
    public void Another_limit_is_refused(string limit)
    {
        var exception = Assert.Throws<InvalidOperationException>(() => VectorWidth.Select([128], limit));
        Assert.Contains($"NETCOMPILER_VECTOR_BITS: expected 128, 256 or 512, found '{limit}'", exception.Message);
    }

    [Fact]
    public void No_width_is_refused() => Assert.Throws<ArgumentException>(() => VectorWidth.Select([], null));
}
