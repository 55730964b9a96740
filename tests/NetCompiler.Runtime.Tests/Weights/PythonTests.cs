using System.Globalization;
using NetCompiler.Runtime.Tests.Support;

namespace NetCompiler.Runtime.Tests.Weights;

/// <summary>Files go to Python and come from there, read and written with nothing but its struct and json.</summary>
public class PythonTests
{
    [PythonFact]
    public void Python_reads_names_shapes_and_values_in_the_order_of_PyTorch()
    {
        // What safetensors.torch does: the slice of the data, reshaped with the last axis fastest.
        const string Program = """
            import json, struct, sys
            file = open(sys.argv[1], 'rb').read()
            (length,) = struct.unpack('<Q', file[:8])
            header = json.loads(file[8:8 + length])
            data = file[8 + length:]
            metadata = header.pop('__metadata__')
            print(metadata['format'], metadata['network'], metadata['structure'])
            for row in metadata['layers'].splitlines():
                print('|'.join(row.split(' ')))
            end = 0
            for name, entry in header.items():
                begin, stop = entry['data_offsets']
                assert begin == end and entry['dtype'] == 'F32', name
                end = stop
                values = struct.unpack('<%df' % ((stop - begin) // 4), data[begin:stop])
                print(name, 'x'.join(map(str, entry['shape'])), len(values))
                if len(entry['shape']) == 4:
                    o, i, h, w = entry['shape']
                    print(repr(values[((2 * i + 1) * h + 0) * w + 2]), repr(values[-1]))
            assert end == len(data)
            """;
        using var folder = new TemporaryFolder();
        using var network = new StoredNetwork(StoredNetwork.Convolutions, seed: 4);
        network.Save(folder.File("net.safetensors"));

        var lines = Python.Run(Program, folder.File("net.safetensors")).Split('\n', StringSplitOptions.TrimEntries);

        var (conv1, conv2) = (network.Parameter("conv1.weight"), network.Parameter("conv2.weight"));
        Assert.Equal(
            [
                $"netcompiler Convolutions {network.Definition.StructuralHashText}",
                "image|Input:UInt8|2x8x8|0",
                "conv1|Conv|4x6x6|76",
                "relu1|Relu|4x6x6|0",
                "conv2|Conv|5x4x4|185",
                "flatten1|Flatten|80|0",
                "dense1|Dense|3|243",
                "dense1|Output:Float32|3|0",
                "conv1.weight 4x2x3x3 72",
                Pair(conv1[2, 1, 0, 2], conv1[3, 1, 2, 2]),
                "conv1.bias 4 4",
                "conv2.weight 5x4x3x3 180",
                Pair(conv2[2, 1, 0, 2], conv2[4, 3, 2, 2]),
                "conv2.bias 5 5",
                "dense1.weight 3x80 240",
                "dense1.bias 3 3",
                "",
            ],
            lines);
    }

    [PythonFact]
    public void Files_of_Python_are_read_in_whatever_order_their_tensors_lie()
    {
        // Sorted by name as safetensors.torch does, the data in yet another order, half precision for one of them.
        const string Program = """
            import json, struct, sys
            shapes = {'conv1.weight': [4, 2, 3, 3], 'conv1.bias': [4], 'conv2.weight': [5, 4, 3, 3], 'conv2.bias': [5],
                      'dense1.weight': [3, 80], 'dense1.bias': [3]}
            header, data = {'__metadata__': {'format': 'pt'}}, b''
            for number, name in enumerate(reversed(list(shapes))):
                count = 1
                for extent in shapes[name]:
                    count *= extent
                half = name == 'conv2.weight'
                values = [number + k / 256 for k in range(count)]
                begin = len(data)
                data += struct.pack('<%d%s' % (count, 'e' if half else 'f'), *values)
                header[name] = {'dtype': 'F16' if half else 'F32', 'shape': shapes[name], 'data_offsets': [begin, len(data)]}
            text = json.dumps(header, sort_keys=True).encode()
            open(sys.argv[1], 'wb').write(struct.pack('<Q', len(text)) + text + data)
            """;
        using var folder = new TemporaryFolder();
        Python.Run(Program, folder.File("net.safetensors"));
        using var network = new StoredNetwork(StoredNetwork.Convolutions);

        network.LoadWeights(folder.File("net.safetensors"));

        for (var i = 0; i < 6; i++)
        {
            var values = network.Parameter(i).Values.ToArray();
            Assert.Equal(Enumerable.Range(0, values.Length).Select(k => 5 - i + k / 256f), values);
        }
    }

    // Python prints doubles.
    private static string Pair(float first, float second) =>
        string.Create(CultureInfo.InvariantCulture, $"{(double)first:R} {(double)second:R}");
}
