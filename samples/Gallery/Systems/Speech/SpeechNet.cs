using NetCompiler;

namespace Gallery.Systems.Speech;

/// <summary>A spectrogram of 40 mel bands and 64 frames as a picture, and the digit that was spoken.</summary>
[Network]
[Input(1, 40, 64)]
[Conv(16, 5, Padding = 2), BatchNorm, Relu, MaxPool(2)]
[Conv(32, 3, Padding = 1), BatchNorm, Relu, MaxPool(2)]
[Conv(48, 3, Padding = 1), BatchNorm, Relu, MaxPool(2)]
[Conv(64, 3, Padding = 1), BatchNorm, Relu]
[GlobalAveragePool, Dropout(0.3), Dense(10), Softmax]
[Loss(Loss.CrossEntropy)]
public sealed partial class SpeechNet;
