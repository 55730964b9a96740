using System.Text;
using NetCompiler.Imaging;

namespace NetCompiler.Runtime.Tests.Imaging;

public class PnmDecoderTests
{
    [Theory]
    [InlineData("P2\n3 2\n255\n0 128 255\n1 2 3\n", 1, "0,128,255,1,2,3")]
    [InlineData("P2#c\n3 #width\r2 # height\n7\n0 1 2\t3\n6 7", 1, "0,36,73,109,219,255")]
    [InlineData("P2 1 1 65535 65535", 1, "255")]
    [InlineData("P3\n2 1\n255\n1 2 3 4 5 6\n", 3, "1,2,3,4,5,6")]
    [InlineData("P5\n3 1 255\n\x01 \x7f", 1, "1,32,127")]
    [InlineData("P5 2 1 3\n\x01\x03", 1, "85,255")]
    [InlineData("P5 2 1 1000\n\x01\x02\x03\x20", 1, "66,204")]
    [InlineData("P6\n# made by hand\n1 2\n255\nabcdef", 3, "97,98,99,100,101,102")]
    [InlineData("P6 1 1 511\n\0\x01\x01\x7f\0\0", 3, "0,191,0")]
    [InlineData("P5 1 1 255\naP5 1 1 255\nb", 1, "97")]
    public void Every_kind(string file, int channels, string expected)
    {
        var image = Image.Decode(Encoding.Latin1.GetBytes(file));
        Assert.Equal(channels, image.Channels);
        Assert.Equal(expected, string.Join(',', image.Pixels.ToArray()));
    }
}
