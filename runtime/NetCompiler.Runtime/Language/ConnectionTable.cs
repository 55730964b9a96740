namespace NetCompiler;

/// <summary>
/// Tables for <see cref="ConvAttribute.Connections"/>: which output channels of a convolution read which input channels.
/// </summary>
public static class ConnectionTable
{
    /// <summary>
    /// Between S2 (6 channels) and C3 (16 channels) of LeNet-5: 60 of 96 connections, so that C3 has 60 · 25 + 16 = 1,516 parameters
    /// (LeCun et al., "Gradient-based learning applied to document recognition", Proceedings of the IEEE 86(11), 1998, table I).
    /// </summary>
    public const string LeNet5 = """
        X...XXX..XXXX.XX
        XX...XXX..XXXX.X
        XXX...XXX..X.XXX
        .XXX..XXXX..X.XX
        ..XXX..XXXX.XX.X
        ...XXX..XXXX.XXX
        """;
}
