using NetCompiler.Compiler.Tests.Emitted;

namespace NetCompiler.Compiler.Tests.Devices;

/// <summary>
/// Batches in parts on a device that copies while it computes, whose driver does nothing before somebody waits for it: what comes out is what
/// comes out of one part after the other.
/// </summary>
public class OverlapTests
{
    private const int Samples = 11;
    private const int Length = 12;
    private const int Classes = 5;

    private static readonly float[] s_samples = [.. Enumerable.Range(0, Samples * Length).Select(i => i * 37 % 101 / 101f)];
    private static readonly Lazy<Network> s_network = new(Compile);

    private readonly float[] _expected = Predict(new InterpretedDevice { Overlaps = false }, Samples);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(11)]
    [InlineData(16)]
    public void PartsGiveTheBitsOfAWholeBatch(int room)
    {
        foreach (var early in new[] { false, true })
        {
            foreach (var locked in new[] { int.MaxValue, 1, 0 })
            {
                var device = new InterpretedDevice { UploadsEarly = early, LargestLocked = locked };
                Assert.Equal(_expected, Predict(device, room));
                var driver = Assert.IsType<InterpretedOverlappingDriver>(Assert.Single(device.Drivers));
                // An input and an output for each part; where there is one only, it goes the shortest way.
                Assert.Equal(room < Samples ? (Samples + room - 1) / room * 2 : 0, driver.CopiesAside);
                Assert.Equal(0, device.Held);
            }
        }

        Assert.Equal(_expected, Predict(new InterpretedDevice { Overlaps = false }, room));
    }

    [Fact]
    public void PartsAreReplayed()
    {
        var device = new InterpretedDevice();
        using var session = Session(device, 2);
        for (var i = 0; i < 3; i++)
            Assert.Equal(_expected, Predict(session));
        // Six parts, three to each memory; those of two samples are launched once for each and the last one, of one, once.
        Assert.Equal(3 * 6 - 3, device.Drivers[0].Replays);
    }

    [Fact]
    public void EachWaitIsNeeded()
    {
        var device = new InterpretedDevice();
        using var session = Session(device, 3);
        device.IgnoredWait = 0;
        Assert.Equal(_expected, Predict(session));
        // Four parts: for the upload, for the launches, and in the process for the results.
        const int Waits = 4 * 3;
        Assert.Equal(Waits, device.Waits);
        var zeros = new float[s_samples.Length];
        for (var wait = 1; wait <= Waits; wait++)
        {
            // Nothing is left of what was right.
            device.IgnoredWait = 0;
            Predict(session, zeros);
            device.IgnoredWait = wait;
            Assert.True(!_expected.AsSpan().SequenceEqual(Predict(session)), $"nothing waits for wait {wait}");
        }

        device.IgnoredWait = 0;
        Assert.Equal(_expected, Predict(session));
    }

    [Fact]
    public void WhatIsRefusedInAPartLeavesTheSessionUsable()
    {
        var device = new InterpretedDevice();
        using (var session = Session(device, 3))
        {
            device.RefusedCall = 0;
            Assert.Equal(_expected, Predict(session));
            var calls = device.Calls;
            Assert.InRange(calls, 4 * 8, 4 * 20);
            // From the second time on they are replayed, which is fewer.
            for (var call = 1; call <= calls; call++)
            {
                device.RefusedCall = call;
                try
                {
                    Assert.Equal(_expected, Predict(session));
                    Assert.InRange(device.Calls, 1, call - 1);
                }
                catch (DeviceException exception)
                {
                    Assert.Contains("this one is refused", exception.Message, StringComparison.Ordinal);
                }

                device.RefusedCall = 0;
                Assert.Equal(_expected, Predict(session));
            }
        }

        Assert.Equal(0, device.Held);
    }

    [Fact]
    public void WithoutMemoryForASecondPartTheyComeOneAfterTheOther()
    {
        var device = new InterpretedDevice();
        using (var session = Session(device, 3))
        {
            device.LargestBuffers = device.Buffers.Count;
            Assert.Equal(_expected, Predict(session));
            Assert.Equal(_expected, Predict(session));
        }

        Assert.Equal(0, device.Held);
    }

    [Fact]
    public void LittleGoesThroughPageLockedMemoryAndMuchOnlyWhereWorkHidesIt()
    {
        // A batch of 8192 is 544 KB.
        var device = new InterpretedDevice();
        using (var session = Session(device, 8192))
        {
            Assert.Equal(_expected, Predict(session));
            Assert.Empty(device.Locked);
        }

        using (Session(device, 2048))
            Assert.Single(device.Locked);
        Assert.Equal(0, device.Held);
    }

    // Nothing in it is random where it predicts.
    private static Network Compile()
    {
        var @case = DeviceCases.Of("Random", Samples);
        var network = DeviceCases.Create(@case);
        CaseRunner.SetParameters(network, DeviceCases.Numbers(@case));
        return network;
    }

    private static Session Session(InterpretedDevice device, int room) => s_network.Value.On(device.Device).CreateSession(room);

    private static float[] Predict(InterpretedDevice device, int room)
    {
        using var session = Session(device, room);
        return Predict(session);
    }

    private static float[] Predict(Session session) => Predict(session, s_samples);

    private static float[] Predict(Session session, float[] samples)
    {
        var outputs = new float[Samples * Classes];
        session.Predict(samples, outputs);
        return outputs;
    }
}
