using System.Text.Json.Serialization;

namespace NetCompiler.Benchmarks.Compare;

/// <summary>A row of the table: one pass of a network, ours and a peer's, in one run.</summary>
internal sealed record Measurement
{
    /// <summary>The network.</summary>
    public required string Network { get; init; }

    /// <summary>"predict", or "train" for a training step.</summary>
    public required string Pass { get; init; }

    /// <summary>Samples.</summary>
    public required int Batch { get; init; }

    /// <summary>Threads of each side.</summary>
    public required int Threads { get; init; }

    /// <summary>Our median, in microseconds.</summary>
    [JsonPropertyName("ours_us")]
    public required double OursMicroseconds { get; init; }

    /// <summary>The peer; null where we were measured alone.</summary>
    public string? Peer { get; init; }

    /// <summary>The peer's median, in microseconds.</summary>
    [JsonPropertyName("peer_us")]
    public double? PeerMicroseconds { get; init; }

    /// <summary>Our time over the peer's.</summary>
    public double? Ratio => OursMicroseconds / PeerMicroseconds;

    /// <summary>The largest difference of a result (of a gradient, for training steps) over the largest result of the peer.</summary>
    [JsonPropertyName("max_error")]
    public double? MaxError { get; init; }

    /// <summary>
    /// Multiply-adds of the direct algorithm per second, over the peak of as many cores, measured in the same run. A training step counts
    /// three times its prediction.
    /// </summary>
    [JsonPropertyName("peak_share")]
    public required double PeakShare { get; init; }
}
