namespace NetCompiler.Compiler.Tests.Reference;

/// <summary>One direction of a window, for <see cref="Naive"/>.</summary>
public readonly record struct NaiveAxis(int Kernel, int Stride, int Dilation, int Before, int After)
{
    /// <summary>Counts the positions at which the window fits, one by one.</summary>
    public int Outputs(int size)
    {
        var count = 0;
        for (var start = -Before; start + (Kernel - 1) * Dilation < size + After; start += Stride)
            count++;
        return count;
    }
}

/// <summary>
/// Convolution, pooling and dense layers and their gradients as anyone would write them down: loops over arrays. It shares nothing
/// with the compiler; gradients scatter what the forward loops gather.
/// </summary>
public static class Naive
{
    private static IEnumerable<(int, int, int, int)> Grid(int a, int b, int c, int d)
    {
        for (var i = 0; i < a * b * c * d; i++)
            yield return (i / (b * c * d), i / (c * d) % b, i / d % c, i % d);
    }

    /// <summary>Called for each product of a convolution with the offsets of its input, weight and output.</summary>
    private static void ForEachProduct(
        int batch, int inputs, int height, int width, int outputs, int groups, NaiveAxis y, NaiveAxis x, Action<int, int, int> action)
    {
        var (outHeight, outWidth) = (y.Outputs(height), x.Outputs(width));
        var (inPerGroup, outPerGroup) = (inputs / groups, outputs / groups);
        foreach (var (n, o, oy, ox) in Grid(batch, outputs, outHeight, outWidth))
        {
            foreach (var (i, ky, kx, _) in Grid(inPerGroup, y.Kernel, x.Kernel, 1))
            {
                var iy = oy * y.Stride + ky * y.Dilation - y.Before;
                var ix = ox * x.Stride + kx * x.Dilation - x.Before;
                if (iy < 0 || iy >= height || ix < 0 || ix >= width)
                    continue;
                var channel = o / outPerGroup * inPerGroup + i;
                action(
                    ((n * inputs + channel) * height + iy) * width + ix,
                    ((o * inPerGroup + i) * y.Kernel + ky) * x.Kernel + kx,
                    ((n * outputs + o) * outHeight + oy) * outWidth + ox);
            }
        }
    }

    public static double[] Conv(
        double[] input, double[] weight, int batch, int inputs, int height, int width, int outputs, int groups, NaiveAxis y, NaiveAxis x)
    {
        var result = new double[batch * outputs * y.Outputs(height) * x.Outputs(width)];
        ForEachProduct(batch, inputs, height, width, outputs, groups, y, x, (i, w, o) => result[o] += input[i] * weight[w]);
        return result;
    }

    public static double[] ConvInputGradient(
        double[] gradient, double[] weight, int batch, int inputs, int height, int width, int outputs, int groups, NaiveAxis y, NaiveAxis x)
    {
        var result = new double[batch * inputs * height * width];
        ForEachProduct(batch, inputs, height, width, outputs, groups, y, x, (i, w, o) => result[i] += gradient[o] * weight[w]);
        return result;
    }

    public static double[] ConvWeightGradient(
        double[] input, double[] gradient, int batch, int inputs, int height, int width, int outputs, int groups, NaiveAxis y, NaiveAxis x)
    {
        var result = new double[outputs * (inputs / groups) * y.Kernel * x.Kernel];
        ForEachProduct(batch, inputs, height, width, outputs, groups, y, x, (i, w, o) => result[w] += input[i] * gradient[o]);
        return result;
    }

    // Called for each window with the offset of its output and those of its inputs inside the image, with their taps.
    private static void ForEachWindow(
        int maps, int height, int width, NaiveAxis y, NaiveAxis x, Action<int, List<(int Tap, int Input)>> action)
    {
        var (outHeight, outWidth) = (y.Outputs(height), x.Outputs(width));
        var taps = new List<(int, int)>();
        foreach (var (map, oy, ox, _) in Grid(maps, outHeight, outWidth, 1))
        {
            taps.Clear();
            foreach (var (ky, kx, _, _) in Grid(y.Kernel, x.Kernel, 1, 1))
            {
                var (iy, ix) = (oy * y.Stride + ky - y.Before, ox * x.Stride + kx - x.Before);
                if (iy >= 0 && iy < height && ix >= 0 && ix < width)
                    taps.Add((ky * x.Kernel + kx, (map * height + iy) * width + ix));
            }

            action((map * outHeight + oy) * outWidth + ox, taps);
        }
    }

    public static (double[] Values, double[] Taps) MaxPool(double[] input, int maps, int height, int width, NaiveAxis y, NaiveAxis x)
    {
        var values = new double[maps * y.Outputs(height) * x.Outputs(width)];
        var winners = new double[values.Length];
        ForEachWindow(maps, height, width, y, x, (output, taps) =>
        {
            var best = taps[0];
            foreach (var tap in taps)
            {
                if (input[tap.Input] > input[best.Input])
                    best = tap;
            }

            values[output] = input[best.Input];
            winners[output] = best.Tap;
        });
        return (values, winners);
    }

    public static double[] MaxPoolGradient(double[] input, double[] gradient, int maps, int height, int width, NaiveAxis y, NaiveAxis x)
    {
        var result = new double[input.Length];
        ForEachWindow(maps, height, width, y, x, (output, taps) => result[taps.MaxBy(t => input[t.Input]).Input] += gradient[output]);
        return result;
    }

    public static double[] AveragePool(double[] input, int maps, int height, int width, NaiveAxis y, NaiveAxis x)
    {
        var result = new double[maps * y.Outputs(height) * x.Outputs(width)];
        ForEachWindow(maps, height, width, y, x, (output, taps) => result[output] = taps.Average(t => input[t.Input]));
        return result;
    }

    public static double[] AveragePoolGradient(double[] gradient, int maps, int height, int width, NaiveAxis y, NaiveAxis x)
    {
        var result = new double[maps * height * width];
        ForEachWindow(maps, height, width, y, x, (output, taps) =>
        {
            foreach (var tap in taps)
                result[tap.Input] += gradient[output] / taps.Count;
        });
        return result;
    }

    public static double[] Dense(double[] input, double[] weight, int batch, int inputs, int outputs)
    {
        var result = new double[batch * outputs];
        foreach (var (n, o, i, _) in Grid(batch, outputs, inputs, 1))
            result[n * outputs + o] += input[n * inputs + i] * weight[o * inputs + i];
        return result;
    }

    public static double[] DenseInputGradient(double[] gradient, double[] weight, int batch, int inputs, int outputs)
    {
        var result = new double[batch * inputs];
        foreach (var (n, o, i, _) in Grid(batch, outputs, inputs, 1))
            result[n * inputs + i] += gradient[n * outputs + o] * weight[o * inputs + i];
        return result;
    }

    public static double[] DenseWeightGradient(double[] input, double[] gradient, int batch, int inputs, int outputs)
    {
        var result = new double[outputs * inputs];
        foreach (var (n, o, i, _) in Grid(batch, outputs, inputs, 1))
            result[o * inputs + i] += gradient[n * outputs + o] * input[n * inputs + i];
        return result;
    }
}
