using System.Text;
using NetCompiler.Runtime.Tests.Support;

namespace NetCompiler.Runtime.Tests.Weights;

/// <summary>
/// Each wrong file gives an exception that names file, field, expected and found, and leaves the parameters as they were.
/// </summary>
public class MalformedWeightsTests
{
    private const string Weight = "\"dense1.weight\":{\"dtype\":\"F32\",\"shape\":[3,5],\"data_offsets\":[0,60]}";
    private const string Bias = "\"dense1.bias\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[60,72]}";

    [Theory]
    [InlineData(0, "header length", "8 bytes", "a file of 0")]
    [InlineData(5, "header length", "8 bytes", "a file of 5")]
    [InlineData(60, "header length", "at most 52 in a file of 60 bytes", "(cut short, or not a safetensors file)")]
    [InlineData(-1, "'dense1.bias'.data_offsets", "a range within the 71 bytes of data", "60 to 72")]
    public void Truncated(int length, string field, string expected, string found)
    {
        var file = SafetensorsFile.Make(SafetensorsFile.DenseHeader, new float[18]);
        Refused(file[..(length < 0 ? file.Length + length : length)], field, expected, found);
    }

    [Fact]
    public void Foreign_file() => Refused(
        [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, .. new byte[100]],
        "header length",
        "at most 100 in a file of 108 bytes",
        "727905341920923785 (cut short, or not a safetensors file)");

    [Fact]
    public void Foreign_file_whose_length_fits() =>
        Refused([4, 0, 0, 0, 0, 0, 0, 0, .. "PK34...."u8], "header", "a JSON object", "byte 0x50");

    [Fact]
    public void Header_length_that_overflows() => Refused(
        [.. Enumerable.Repeat((byte)0xff, 8), .. new byte[8]], "header length", "at most 8", "18446744073709551615");

    [Fact]
    public void No_header() => Refused(new byte[8], "header", "a JSON object", "nothing");

    [Theory]
    [InlineData("{}x", "header", "JSON", "")]
    [InlineData("{\"a\":", "header", "JSON", "")]
    [InlineData("{\"a\":1}", "'a'", "StartObject", "Number")]
    [InlineData("{\"a\":{\"shape\":[],\"data_offsets\":[0,0]}}", "'a'", "dtype, shape and data_offsets", "no dtype")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,0]}}", "'a'", "dtype, shape and data_offsets", "no shape")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[0]}}", "'a'", "dtype, shape and data_offsets", "no data_offsets")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\"}}", "'a'", "each once", "'dtype'")]
    [InlineData("{\"a\":{\"strides\":[1]}}", "'a'", "dtype, shape and data_offsets", "'strides'")]
    [InlineData("{\"a\":{\"dtype\":\"F31\",\"shape\":[],\"data_offsets\":[0,0]}}", "'a'.dtype", "a type of safetensors", "'F31'")]
    [InlineData("{\"a\":{\"dtype\":32}}", "'a'.dtype", "String", "Number")]
    [InlineData("{\"a\":{\"shape\":[-1]}}", "'a'.shape", "whole numbers", "-1")]
    [InlineData("{\"a\":{\"shape\":[1.5]}}", "'a'.shape", "whole numbers", "1.5")]
    [InlineData("{\"a\":{\"shape\":[9223372036854775808]}}", "'a'.shape", "whole numbers", "9223372036854775808")]
    [InlineData("{\"a\":{\"shape\":[[1]]}}", "'a'.shape", "Number or EndArray", "StartArray")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0]}}", "'a'.data_offsets", "2 numbers", "1")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,0,0]}}", "'a'.data_offsets", "at most 2 numbers", "more")]
    [InlineData("{\"__metadata__\":{\"a\":1}}", "__metadata__.a", "String", "Number")]
    [InlineData("{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}", "__metadata__", "each name once", "'a' twice")]
    [InlineData("{\"\\ud800\":{}}", "header", "UTF-8 text", "")]
    [InlineData("{\"a\":{\"b\":{\"c\":{\"d\":{}}}}}", "'a'", "dtype, shape and data_offsets", "'b'")]
    public void Header_that_is_not_the_formats(string header, string field, string expected, string found) =>
        Refused(SafetensorsFile.Make(header, []), field, expected, found);

    [Theory]
    [InlineData("[4294967296,4294967296]")]
    [InlineData("[9223372036854775807]")]
    [InlineData("[3000000000,3000000000,3]")]
    public void Sizes_that_overflow(string shape) => Refused(
        SafetensorsFile.Make($"{{\"a\":{{\"dtype\":\"F32\",\"shape\":{shape},\"data_offsets\":[0,0]}}}}", []),
        "'a'.shape",
        "a product that a 64-bit integer holds",
        shape.Trim('[', ']').Split(',')[0]);

    [Fact]
    public void Duplicate_names() => Refused(
        SafetensorsFile.Make($"{{{Weight},{Bias},{Weight}}}", new float[18]), "header", "each name once", "'dense1.weight' twice");

    [Theory]
    [InlineData("60,76", "a range within the 72 bytes of data", "60 to 76")]
    [InlineData("72,60", "a range within the 72 bytes of data", "72 to 60")]
    [InlineData("60,9223372036854775807", "a range within the 72 bytes of data", "60 to 9223372036854775807")]
    [InlineData("64,72", "12 bytes for F32 (3)", "8 (64 to 72)")]
    [InlineData("56,68", "60 as its begin, without a gap or an overlap", "56")]
    public void Ranges_that_do_not_fit(string offsets, string expected, string found) => Refused(
        SafetensorsFile.Make($"{{{Weight},{Bias.Replace("60,72", offsets, StringComparison.Ordinal)}}}", new float[18]),
        "'dense1.bias'.data_offsets",
        expected,
        found);

    [Fact]
    public void Data_behind_the_last_tensor() =>
        Refused(SafetensorsFile.Make(SafetensorsFile.DenseHeader, new float[20]), "data", "72 bytes", "80");

    [Fact]
    public void Wrong_shape() => Refused(
        SafetensorsFile.Make($"{{{Weight.Replace("3,5", "5,3", StringComparison.Ordinal)},{Bias}}}", new float[18]),
        "weights",
        "those of DenseNetwork",
        "others, with 1 difference:\n  dense1.weight: expected F32 (3, 5), found F32 (5, 3)");

    [Fact]
    public void Wrong_rank() => Refused(
        SafetensorsFile.Make($"{{{Weight.Replace("3,5", "3,5,1", StringComparison.Ordinal)},{Bias}}}", new float[18]),
        "weights",
        "those of DenseNetwork",
        "others, with 1 difference:\n  dense1.weight: expected F32 (3, 5), found F32 (3, 5, 1)");

    [Fact]
    public void Wrong_type() => Refused(
        SafetensorsFile.Make($"{{{Weight},{Bias.Replace("F32", "I32", StringComparison.Ordinal)}}}", new float[18]),
        "weights",
        "those of DenseNetwork",
        "others, with 1 difference:\n  dense1.bias: expected F32 (3), found I32 (3)");

    [Fact]
    public void Other_tensors() => Refused(
        SafetensorsFile.Make($"{{{Weight},{Bias.Replace("dense1.bias", "fc.bias", StringComparison.Ordinal)}}}", new float[18]),
        "weights",
        "those of DenseNetwork",
        "others, with 2 differences:\n  dense1.bias: expected F32 (3), found none\n  fc.bias: expected none, found F32 (3)");

    [Fact]
    public void Bytes_that_are_no_UTF8()
    {
        var header = Encoding.UTF8.GetBytes("{\"?\":{}}");
        header[2] = 0xff;
        Refused(SafetensorsFile.Make(header, []), "header", "", "");
    }

    private static void Refused(byte[] file, string field, string expected, string found)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("net.safetensors");
        File.WriteAllBytes(path, file);
        using var network = new DenseNetwork(seed: 1);
        var before = network.Parameters.ToArray();
        var exception = Assert.Throws<MalformedFileException>(() => network.LoadWeights(path));
        Assert.Equal(path, exception.Path);
        Assert.Equal(field, exception.Field);
        Assert.Contains(expected, exception.Expected);
        Assert.Contains(found, exception.Found);
        Assert.Equal($"{path}: {field}: expected {exception.Expected}, found {exception.Found}.", exception.Message);
        Assert.Equal(before, network.Parameters.ToArray());
    }
}
