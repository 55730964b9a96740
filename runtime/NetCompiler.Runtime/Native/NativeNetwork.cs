using System.Runtime.InteropServices;
using static System.FormattableString;

namespace NetCompiler.Runtime;

/// <summary>
/// What the C functions of a network do: the compiler emits them as exports of a NativeAOT library that call these. Nothing is thrown
/// across the border; what fails leaves its reason in <see cref="Error"/>.
/// </summary>
public static unsafe class NativeNetwork
{
    [ThreadStatic]
    private static NativeText? t_error;

    /// <summary>
    /// Why the last call on this thread that failed did, as UTF-8 with a zero at its end; valid until the next one fails or the thread
    /// ends. Empty where none did.
    /// </summary>
    public static byte* Error => (t_error ??= new NativeText("")).Pointer;

    /// <summary>Makes a network and a handle for it.</summary>
    /// <param name="load">Makes it.</param>
    /// <returns>The handle, which <see cref="Free"/> takes; 0 if it failed.</returns>
    public static nint Create(Func<Network> load)
    {
        try
        {
            ArgumentNullException.ThrowIfNull(load);
            return GCHandle.ToIntPtr(GCHandle.Alloc(load()));
        }
        catch (Exception exception)
        {
            Fail(exception);
            return 0;
        }
    }

    /// <summary>Predicts with a network that takes floats.</summary>
    /// <param name="network">A handle from <see cref="Create"/>.</param>
    /// <param name="samples">The samples, one after the other in canonical order (N, C, H, W).</param>
    /// <param name="count">How many.</param>
    /// <param name="outputs">Where the outputs go.</param>
    /// <returns>0, or -1 if it failed.</returns>
    public static int Predict(nint network, float* samples, nuint count, float* outputs)
    {
        try
        {
            var target = Target(network, samples, count, outputs, out var input, out var output);
            target.Predict(new ReadOnlySpan<float>(samples, input), new Span<float>(outputs, output));
            return 0;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    /// <summary>Predicts with a network that takes bytes.</summary>
    /// <param name="network">A handle from <see cref="Create"/>.</param>
    /// <param name="samples">The samples, one after the other in canonical order (N, C, H, W).</param>
    /// <param name="count">How many.</param>
    /// <param name="outputs">Where the outputs go.</param>
    /// <returns>0, or -1 if it failed.</returns>
    public static int Predict(nint network, byte* samples, nuint count, float* outputs)
    {
        try
        {
            var target = Target(network, samples, count, outputs, out var input, out var output);
            target.Predict(new ReadOnlySpan<byte>(samples, input), new Span<float>(outputs, output));
            return 0;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    /// <summary>Frees a network.</summary>
    /// <param name="network">A handle from <see cref="Create"/> that nobody uses any more; 0 is nothing.</param>
    public static void Free(nint network)
    {
        if (network == 0)
            return;
        var handle = GCHandle.FromIntPtr(network);
        ((Network)handle.Target!).Dispose();
        handle.Free();
    }

    /// <summary>A text of C as .NET has it.</summary>
    /// <param name="text">UTF-8 with a zero at its end.</param>
    /// <param name="name">What the caller calls it.</param>
    /// <exception cref="ArgumentNullException">There is none.</exception>
    public static string Text(byte* text, string name)
    {
        if (text is null)
            throw new ArgumentNullException(name);
        return Marshal.PtrToStringUTF8((nint)text)!;
    }

    /// <summary>Memory of C as .NET has it.</summary>
    /// <param name="bytes">Where it begins.</param>
    /// <param name="length">How long it is.</param>
    /// <exception cref="ArgumentNullException">There is none.</exception>
    /// <exception cref="ArgumentOutOfRangeException">It is longer than 2 GiB.</exception>
    public static ReadOnlySpan<byte> Bytes(byte* bytes, nuint length)
    {
        if (bytes is null)
            throw new ArgumentNullException(nameof(bytes));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, (nuint)int.MaxValue);
        return new ReadOnlySpan<byte>(bytes, (int)length);
    }

    private static Network Target(nint handle, void* samples, nuint count, float* outputs, out int input, out int output)
    {
        if (handle == 0)
            throw new ArgumentNullException("network");
        if (samples is null && count > 0)
            throw new ArgumentNullException(nameof(samples));
        if (outputs is null && count > 0)
            throw new ArgumentNullException(nameof(outputs));
        var network = (Network)GCHandle.FromIntPtr(handle).Target!;
        var (inputLength, outputLength) = (network.Definition.Inputs[0].Length, network.Definition.Outputs[0].Length);
        var limit = (nuint)(int.MaxValue / Math.Max(inputLength, outputLength));
        if (count > limit)
            throw new ArgumentOutOfRangeException(nameof(count), Invariant($"Number of samples: expected at most {limit}, found {count}."));
        (input, output) = ((int)count * inputLength, (int)count * outputLength);
        return network;
    }

    private static int Fail(Exception exception)
    {
        t_error = new NativeText(exception.Message);
        return -1;
    }

    /// <summary>A text in memory that C can read. Freed when the thread that holds it has ended, or holds another one.</summary>
    private sealed class NativeText(string text)
    {
        public byte* Pointer { get; } = (byte*)Marshal.StringToCoTaskMemUTF8(text);

        ~NativeText() => Marshal.FreeCoTaskMem((nint)Pointer);
    }
}
