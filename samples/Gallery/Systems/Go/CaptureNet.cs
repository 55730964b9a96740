using NetCompiler;

namespace Gallery.Systems.Go;

/// <summary>
/// Which moves capture, for every point of the board at once: planes of the mover's stones, the other's stones, the point that ko
/// forbids, and ones (so that the zeros around the board say where it ends). Nothing is pooled: a point is a point to the end.
/// </summary>
[Network]
[Input(4, 9, 9)]
[Conv(48, 3, Padding = 1), Relu]
[Conv(48, 3, Padding = 1), Relu]
[Conv(48, 3, Padding = 1), Relu]
[Conv(48, 3, Padding = 1), Relu]
[Conv(48, 3, Padding = 1), Relu]
[Conv(48, 3, Padding = 1), Relu]
[Conv(48, 3, Padding = 1), Relu]
[Conv(1, 1), Sigmoid]
[Loss(Loss.BinaryCrossEntropy)]
public sealed partial class CaptureNet;
