using System.Globalization;
using System.Runtime.InteropServices;
using Digits;

namespace NetCompiler.Native.Tests;

/// <summary>The NativeAOT library of samples/DigitsNative, called from C, from Python and through its functions.</summary>
public sealed unsafe class DigitsNativeTests(PublishedLibrary library) : IClassFixture<PublishedLibrary>
{
    private const int Length = 28 * 28;

    [NativeFact]
    public void C_and_Python_get_the_probabilities_of_CSharp_to_the_bit()
    {
        using var network = DigitNet.Load(typeof(DigitsNativeTests).Assembly, "DigitNet.safetensors");
        var pictures = Enumerable.Range(0, 20).Select(Picture).ToArray();
        var program = library.Program;
        var paths = pictures.Select((picture, i) => Save(picture, $"{i}.pgm")).ToArray();
        var expected = pictures.SelectMany(picture => network.Predict(picture)).Select(BitConverter.SingleToInt32Bits).ToArray();

        var c = Tool.Run(program, ["--probabilities", .. paths]);
        var python = Tool.Run("python3", [PublishedLibrary.SampleFile("classify.py"), library.Library, "--probabilities", .. paths]);

        Assert.Equal((0, ""), (c.Code, c.Error));
        Assert.Equal((0, ""), (python.Code, python.Error));
        Assert.Equal(expected, Probabilities(c.Output));
        Assert.Equal(expected, Probabilities(python.Output));
    }

    [NativeFact]
    public void Weights_come_from_files_and_memory_too()
    {
        _ = library.Program;
        using var trained = new DigitNet(seed: 5);
        var path = Path.Combine(library.Folder, "größe.safetensors");
        trained.Save(path);
        var picture = Picture(0);
        var expected = trained.Predict(picture);
        var functions = new Functions(library.Library);
        var bytes = File.ReadAllBytes(path);
        fixed (byte* empty = "\0"u8, memory = bytes)
        {
            var name = Marshal.StringToCoTaskMemUTF8(path);
            var fromFile = functions.CreateFromFile((byte*)name);
            Marshal.FreeCoTaskMem(name);
            Assert.Equal(expected, functions.Predict(fromFile, picture));
            var fromMemory = functions.CreateFromMemory(memory, (nuint)bytes.Length);
            Assert.Equal(expected, functions.Predict(fromMemory, picture));
            functions.Free(fromFile);
            functions.Free(fromMemory);

            Assert.Equal(0, functions.CreateFromFile(empty));
            Assert.NotEqual("", functions.Error);
            Assert.Equal(0, functions.CreateFromMemory(memory, 100));
            Assert.Contains("header length", functions.Error, StringComparison.Ordinal);
            Assert.Equal(((nuint)Length, (nuint)10), (functions.InputLength(), functions.OutputLength()));
        }
    }

    // Random strokes: the bits are to agree whatever the picture.
    private static byte[] Picture(int seed)
    {
        var random = new Random(seed);
        var picture = new byte[Length];
        for (var stroke = 0; stroke < 4; stroke++)
        {
            var (y, x) = (random.Next(4, 24), random.Next(4, 24));
            for (var step = 0; step < 12; step++)
            {
                picture[Math.Clamp(y, 0, 27) * 28 + Math.Clamp(x, 0, 27)] = (byte)random.Next(128, 256);
                y += random.Next(-1, 2);
                x += random.Next(-1, 2);
            }
        }

        return picture;
    }

    private string Save(byte[] picture, string name)
    {
        var path = Path.Combine(library.Folder, name);
        File.WriteAllBytes(path, [.. "P5\n28 28\n255\n"u8, .. picture]);
        return path;
    }

    // Lines such as "  7 0x1.fffa9p-1".
    private static int[] Probabilities(string output) =>
    [
        .. output.Split('\n').Where(line => line.StartsWith("  ", StringComparison.Ordinal))
            .Select(line => BitConverter.SingleToInt32Bits(Hexadecimal(line.Split(' ')[^1]))),
    ];

    private static float Hexadecimal(string text)
    {
        var parts = text.Replace("0x", "", StringComparison.Ordinal).Split('p');
        var digits = parts[0].Replace(".", "", StringComparison.Ordinal);
        var fraction = parts[0].Contains('.', StringComparison.Ordinal) ? digits.Length - 1 : 0;
        var number = (double)long.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return (float)(number * Math.Pow(2, int.Parse(parts[1], CultureInfo.InvariantCulture) - 4 * fraction));
    }

    /// <summary>The exports, by their names.</summary>
    private sealed class Functions(string path)
    {
        private readonly nint _library = NativeLibrary.Load(path);

        public string Error => Marshal.PtrToStringUTF8((nint)((delegate* unmanaged[Cdecl]<byte*>)Find("error"))())!;

        public nint CreateFromFile(byte* file) => ((delegate* unmanaged[Cdecl]<byte*, nint>)Find("create_from_file"))(file);

        public nint CreateFromMemory(byte* bytes, nuint length) =>
            ((delegate* unmanaged[Cdecl]<byte*, nuint, nint>)Find("create_from_memory"))(bytes, length);

        public nuint InputLength() => ((delegate* unmanaged[Cdecl]<nuint>)Find("input_length"))();

        public nuint OutputLength() => ((delegate* unmanaged[Cdecl]<nuint>)Find("output_length"))();

        public void Free(nint network) => ((delegate* unmanaged[Cdecl]<nint, void>)Find("free"))(network);

        public float[] Predict(nint network, byte[] sample)
        {
            var outputs = new float[10];
            fixed (byte* from = sample)
            fixed (float* to = outputs)
                Assert.Equal(0, ((delegate* unmanaged[Cdecl]<nint, byte*, nuint, float*, int>)Find("predict"))(network, from, 1, to));
            return outputs;
        }

        private nint Find(string function) => NativeLibrary.GetExport(_library, "digit_net_" + function);
    }
}
