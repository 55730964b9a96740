using System.Text;
using NetCompiler.Runtime.Tests.Support;

namespace NetCompiler.Runtime.Tests.Weights;

/// <summary>Headers as large as they are read, made to become as much memory as they can: twice the file and 16 MB is the limit.</summary>
public class HeaderMemoryTests
{
    [Fact]
    public void Many_tensors() => Check(Header(i => $"\"{i:x}\":{{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[{i},{i + 1}]}}"));

    [Fact]
    public void Long_shapes()
    {
        var shape = string.Join(',', Enumerable.Repeat(1, 64));
        Check(Header(i => $"\"{i:x}\":{{\"dtype\":\"U8\",\"shape\":[{shape}],\"data_offsets\":[{i},{i + 1}]}}"));
    }

    [Fact]
    public void Many_facts() => Check($"{{\"__metadata__\":{Header(i => $"\"{i:x}\":\"\"")}}}");

    [Fact]
    public void A_long_table_of_layers() => Check(
        "{\"__metadata__\":{\"format\":\"netcompiler\",\"structure\":\"0\",\"layers\":\"" +
        string.Concat(Enumerable.Range(0, 15_000).Select(i => $"{i:x} \\n")) + "\"}}");

    [Fact]
    public void One_long_name() =>
        Check($"{{\"{new string('x', 1_000_000)}\":{{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[0,1]}}}}");

    [Fact]
    public void A_long_number() => Check($"{{\"a\":{{\"shape\":[{new string('9', 1_000_000)}]}}}}");

    [Fact]
    public void A_long_list_of_numbers() =>
        Check($"{{\"a\":{{\"shape\":[{string.Join(',', Enumerable.Repeat(0, 500_000))}]}}}}");

    [Fact]
    public void Larger_headers_are_refused()
    {
        using var network = new DenseNetwork();
        var file = SafetensorsFile.Make(new byte[SafetensorsReader.MaxHeaderLength + 1], []);
        Assert.Equal("header length", Assert.Throws<MalformedFileException>(() => network.LoadWeights(file)).Field);
        var exception = Assert.Throws<MalformedFileException>(() => network.LoadWeights(new ForwardOnlyStream(file)));
        Assert.Equal("at most 1048576", exception.Expected);
    }

    private static string Header(Func<int, string> entry)
    {
        var header = new StringBuilder("{").Append(entry(0));
        for (var i = 1; header.Length < SafetensorsReader.MaxHeaderLength - 300; i++)
            header.Append(',').Append(entry(i));
        return header.Append('}').ToString();
    }

    private static void Check(string header)
    {
        // A byte for each tensor.
        byte[] file = [.. SafetensorsFile.Make(header, []), .. new byte[header.Split("dtype").Length - 1]];
        using var network = new DenseNetwork(seed: 1);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<MalformedFileException>(() => network.LoadWeights(file));
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.InRange(allocated, 0, 2L * file.Length + (16 << 20));
    }
}
