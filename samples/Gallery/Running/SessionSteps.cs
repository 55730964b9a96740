using System.Runtime.InteropServices;
using NetCompiler;
using NetCompiler.Runtime;

namespace Gallery.Running;

/// <summary>Steps of training with several inputs.</summary>
internal static class SessionSteps
{
    /// <summary>Computes losses and gradients of a batch.</summary>
    /// <param name="session">The session.</param>
    /// <param name="seed">Seeds dropout.</param>
    /// <param name="inputs">Arrays of float, int or byte: the prediction's inputs, those of the loss, and the targets, in this order.</param>
    /// <returns>The mean loss.</returns>
    public static unsafe StepResult Step(this TrainingSession session, uint seed, params ReadOnlySpan<Array> inputs)
    {
        var handles = new GCHandle[inputs.Length];
        var buffers = new TensorBuffer[inputs.Length];
        try
        {
            for (var i = 0; i < inputs.Length; i++)
            {
                handles[i] = GCHandle.Alloc(inputs[i], GCHandleType.Pinned);
                var type = inputs[i] switch
                {
                    float[] => ElementType.Float32,
                    int[] => ElementType.Int32,
                    byte[] => ElementType.UInt8,
                    var other => throw new ArgumentException($"Input {i}: expected float[], int[] or byte[], found {other.GetType()}."),
                };
                buffers[i] = new TensorBuffer((void*)handles[i].AddrOfPinnedObject(), inputs[i].Length, type);
            }
            return session.Step(buffers, seed);
        }
        finally
        {
            foreach (var handle in handles)
            {
                if (handle.IsAllocated)
                    handle.Free();
            }
        }
    }
}
