namespace NetCompiler.Runtime.Tests.Support;

internal static unsafe class DenseKernels
{
    /// <summary>Part 0 transposes the weights to (in, out), part 1 puts the bias behind them.</summary>
    public static void Pack(in PassArguments arguments)
    {
        var packed = (float*)arguments.Derived;
        if (arguments.Part == 0)
        {
            for (var o = 0; o < DenseNetwork.Out; o++)
            {
                for (var i = 0; i < DenseNetwork.In; i++)
                    packed[i * DenseNetwork.Out + o] = arguments.Parameters[o * DenseNetwork.In + i];
            }
        }
        else
        {
            for (var o = 0; o < DenseNetwork.Out; o++)
                packed[DenseNetwork.BiasOffset + o] = arguments.Parameters[DenseNetwork.BiasOffset + o];
        }
    }

    public static void Linear(float* x, float* packed, float* y, nint count)
    {
        for (nint n = 0; n < count; n++)
        {
            for (var o = 0; o < DenseNetwork.Out; o++)
            {
                var sum = packed[DenseNetwork.BiasOffset + o];
                for (var i = 0; i < DenseNetwork.In; i++)
                    sum += x[n * DenseNetwork.In + i] * packed[i * DenseNetwork.Out + o];
                y[n * DenseNetwork.Out + o] = sum;
            }
        }
    }
}
