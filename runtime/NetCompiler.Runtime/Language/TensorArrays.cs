using System.ComponentModel;

namespace NetCompiler;

/// <summary>
/// Takes what a layer with several results returns apart: <c>var (left, right) = Split(x, parts: 2);</c>. As <see cref="Layers"/>, they are
/// read by the compiler and never run.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Advanced)]
public static class TensorArrays
{
    /// <summary>Two tensors.</summary>
    /// <param name="tensors">Two tensors.</param>
    /// <param name="first">The first.</param>
    /// <param name="second">The second.</param>
    public static void Deconstruct(this Tensor[] tensors, out Tensor first, out Tensor second) => throw Layers.NotRun();

    /// <summary>Three tensors.</summary>
    /// <param name="tensors">Three tensors.</param>
    /// <param name="first">The first.</param>
    /// <param name="second">The second.</param>
    /// <param name="third">The third.</param>
    public static void Deconstruct(this Tensor[] tensors, out Tensor first, out Tensor second, out Tensor third) => throw Layers.NotRun();

    /// <summary>Four tensors.</summary>
    /// <param name="tensors">Four tensors.</param>
    /// <param name="first">The first.</param>
    /// <param name="second">The second.</param>
    /// <param name="third">The third.</param>
    /// <param name="fourth">The fourth.</param>
    public static void Deconstruct(
        this Tensor[] tensors, out Tensor first, out Tensor second, out Tensor third, out Tensor fourth) => throw Layers.NotRun();
}
