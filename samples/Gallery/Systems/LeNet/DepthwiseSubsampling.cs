using NetCompiler;

namespace Gallery.Systems.LeNet;

/// <summary>S2 as a depthwise convolution: a weight for each pixel of the window instead of one for all four.</summary>
[Network]
[Input(6, 28, 28)]
[Conv(6, 2, Stride = 2, Groups = 6, Name = "s2")]
public sealed partial class DepthwiseSubsampling;
