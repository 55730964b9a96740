using System.Runtime.InteropServices;
using NetCompiler.Runtime.Tests.Support;

namespace NetCompiler.Runtime.Tests.Native;

/// <summary>What C functions do, called as they would be.</summary>
public sealed unsafe class NativeNetworkTests
{
    private static string Error => Marshal.PtrToStringUTF8((nint)NativeNetwork.Error)!;

    [Fact]
    public void A_network_predicts_what_it_predicts_in_CSharp()
    {
        using var reference = new DenseNetwork(seed: 3);
        var samples = Numbers.Random(7 * DenseNetwork.In, seed: 1);
        var outputs = new float[7 * DenseNetwork.Out];
        var network = NativeNetwork.Create(() => new DenseNetwork(seed: 3));
        Assert.NotEqual(0, network);
        fixed (float* from = samples, to = outputs)
            Assert.Equal(0, NativeNetwork.Predict(network, from, 7, to));
        NativeNetwork.Free(network);
        Assert.Equal(reference.Predict(samples), outputs);
    }

    [Fact]
    public void What_fails_says_why_on_its_own_thread()
    {
        Assert.Equal(0, NativeNetwork.Create(() => throw new FileNotFoundException("No weights: größe.")));
        Assert.Equal("No weights: größe.", Error);
        var elsewhere = "?";
        var thread = new Thread(() => elsewhere = Error);
        thread.Start();
        thread.Join();
        Assert.Equal("", elsewhere);
    }

    [Fact]
    public void Missing_and_unfit_arguments_are_refused()
    {
        var network = NativeNetwork.Create(() => new DenseNetwork(seed: 3));
        var samples = stackalloc float[DenseNetwork.In];
        var outputs = stackalloc float[DenseNetwork.Out];
        Refused("network", NativeNetwork.Predict(0, samples, 1, outputs));
        Refused("samples", NativeNetwork.Predict(network, (float*)null, 1, outputs));
        Refused("outputs", NativeNetwork.Predict(network, samples, 1, null));
        Refused("expected at most 429496729, found 429496730", NativeNetwork.Predict(network, samples, 429496730, outputs));
        Refused("element type of 'x'", NativeNetwork.Predict(network, (byte*)samples, 1, outputs));
        Refused("overlap", NativeNetwork.Predict(network, samples, 1, samples));
        Assert.Equal(0, NativeNetwork.Predict(network, (float*)null, 0, null));
        NativeNetwork.Free(network);
        NativeNetwork.Free(0);

        static void Refused(string reason, int status)
        {
            Assert.Equal(-1, status);
            Assert.Contains(reason, Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Texts_and_memory_of_C_are_read()
    {
        var bytes = "a/ö\0"u8.ToArray();
        fixed (byte* pointer = bytes)
        {
            Assert.Equal("a/ö", NativeNetwork.Text(pointer, "path"));
            Assert.Equal(bytes, NativeNetwork.Bytes(pointer, (nuint)bytes.Length).ToArray());
        }

        Assert.Throws<ArgumentNullException>("path", () => NativeNetwork.Text(null, "path"));
        Assert.Throws<ArgumentNullException>("bytes", () => { NativeNetwork.Bytes(null, 1); });
        Assert.Throws<ArgumentOutOfRangeException>("length", () => { NativeNetwork.Bytes((byte*)1, (nuint)int.MaxValue + 1); });
    }

    [Fact]
    public void Threads_predict_with_one_network()
    {
        using var reference = new DenseNetwork(seed: 3);
        var samples = Numbers.Random(DenseNetwork.In, seed: 1);
        var expected = reference.Predict(samples);
        var network = NativeNetwork.Create(() => new DenseNetwork(seed: 3));
        Parallel.For(0, 64, _ =>
        {
            var outputs = new float[DenseNetwork.Out];
            fixed (float* from = samples, to = outputs)
                Assert.Equal(0, NativeNetwork.Predict(network, from, 1, to));
            Assert.Equal(expected, outputs);
        });
        NativeNetwork.Free(network);
    }
}
