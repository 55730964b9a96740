namespace NetCompiler;

/// <summary>Values for the Padding of convolution and pooling beside a number of elements.</summary>
public static class Padding
{
    /// <summary>
    /// As much padding as gives ⌈size / stride⌉ outputs; where it is odd, the larger half comes after the image, as in TensorFlow.
    /// </summary>
    public const int Same = -1;

    /// <summary>No padding: windows lie inside the image.</summary>
    public const int Valid = 0;
}
