using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace NetCompiler.Benchmarks.Peers;

/// <summary>PyTorch in a process of its own, which is asked for times in turns.</summary>
internal sealed class PyTorch : IPeer
{
    // Debian's packages belong to Debian's Python, which need not be the one on the path.
    private const string Python = "/usr/bin/python3";
    private const string ScriptName = "pytorch_peer.py";
    private const string FilePrefix = "netcompiler-benchmarks-";

    private readonly Process _process;

    private PyTorch(Process process, string version)
    {
        _process = process;
        Name = "PyTorch " + version;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Starts the process; null where PyTorch is not installed.</summary>
    public static PyTorch? Find()
    {
        if (!File.Exists(Python))
            return null;
        var start = new ProcessStartInfo(Python, [Path.Combine(AppContext.BaseDirectory, ScriptName)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // As glibc comes, it gives large blocks back after every step and has them cleared again.
        start.Environment["MALLOC_MMAP_THRESHOLD_"] = start.Environment["MALLOC_TRIM_THRESHOLD_"] = "4294967296";
        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        if (process.StandardOutput.ReadLine() is not { } line)
        {
            process.Dispose();
            return null;
        }

        using var answer = JsonDocument.Parse(line);
        return new PyTorch(process, answer.RootElement.GetProperty("version").GetString()!);
    }

    /// <inheritdoc/>
    public IRun? Load(PeerTask task, out float[] results)
    {
        var folder = Directory.CreateTempSubdirectory(FilePrefix).FullName;
        try
        {
            var (weights, input, output) = (Path.Combine(folder, "weights"), Path.Combine(folder, "input"), Path.Combine(folder, "output"));
            task.Network.Save(weights);
            File.WriteAllBytes(input, MemoryMarshal.AsBytes<float>(task.Inputs));
            Ask(new
            {
                command = "load",
                pass = task.IsTraining ? "train" : "predict",
                threads = task.Threads,
                batch = task.Batch,
                weights,
                input,
                output,
                labels = task.Labels,
                parameters = task.Network.Definition.Parameters.Select(p => p.Name),
                result = task.Declared.Result,
                layers = Describe(task.Declared),
            });
            results = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(output)).ToArray();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        return new Run(this);
    }

    /// <summary>The layers as the scripts read them.</summary>
    public static IEnumerable<object> Describe(DeclaredNetwork network) => network.Layers.Select(layer => new
    {
        name = layer.Name,
        kind = layer.Kind,
        inputs = layer.Inputs,
        shape = layer.Shape,
        arguments = layer.Arguments.Values.Where(a => a.Value is not double number || double.IsFinite(number))
            .ToDictionary(a => a.Key, a => a.Value),
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private JsonElement Ask(object question)
    {
        _process.StandardInput.WriteLine(JsonSerializer.Serialize(question));
        _process.StandardInput.Flush();
        var line = _process.StandardOutput.ReadLine()
            ?? throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{Name}: the process ended."));
        var answer = JsonSerializer.Deserialize<JsonElement>(line);
        return answer.TryGetProperty("error", out var error) ? throw new InvalidOperationException($"{Name}: {error.GetString()}") : answer;
    }

    private sealed class Run(PyTorch owner) : IRun
    {
        public void Time(Span<double> microseconds)
        {
            var answer = owner.Ask(new { command = "time", runs = microseconds.Length }).GetProperty("microseconds");
            for (var i = 0; i < microseconds.Length; i++)
                microseconds[i] = answer[i].GetDouble();
        }

        public void Dispose()
        {
        }
    }
}
