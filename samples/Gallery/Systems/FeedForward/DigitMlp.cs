using NetCompiler;

namespace Gallery.Systems.FeedForward;

/// <summary>A feed-forward net: nothing but dense layers, so every pixel is an input like any other.</summary>
[Network]
[Input(1, 28, 28, Type = ElementType.UInt8, Scale = 1f / 255f)]
[Flatten]
[Dense(400), Relu, Dropout(0.25)]
[Dense(200), Relu, Dropout(0.25)]
[Dense(10), Softmax]
[Loss(Loss.CrossEntropy)]
public sealed partial class DigitMlp;
