using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace NetCompiler.Gpu;

/// <summary>PyTorch on the same GPU, as pytorch_gpu.py runs it: once for all cases, each with the declaration, weights and samples of ours.</summary>
internal static class PyTorch
{
    /// <summary>Microseconds by form ("fp32: eager") for each case; null where PyTorch is missing, which is said.</summary>
    /// <param name="rows">The cases.</param>
    /// <param name="subjects">The networks.</param>
    /// <param name="output">Where what is missing is said.</param>
    public static List<Dictionary<string, double>>? Run(IReadOnlyList<Row> rows, IReadOnlyList<Subject> subjects, TextWriter output)
    {
        var folder = Directory.CreateTempSubdirectory("netcompiler-gpu-").FullName;
        try
        {
            // It times all of its precisions at once.
            var wanted = rows.Select(row => (row.Network, row.Pass, row.Batch)).Distinct().ToList();
            var cases = new List<string>();
            foreach (var (name, pass, batch) in wanted)
            {
                var declaration = Path.Combine(AppContext.BaseDirectory, "networks", name + ".json");
                if (!File.Exists(declaration))
                {
                    output.WriteLine($"PyTorch is not compared: {declaration} is missing, which tests/gpu/build.sh writes.");
                    return null;
                }

                using var network = subjects.Single(s => s.Name == name).Create();
                var samples = new Samples(network, batch);
                var path = Path.Combine(folder, cases.Count.ToString(System.Globalization.CultureInfo.InvariantCulture));
                network.Save(path + ".weights");
                File.WriteAllBytes(path + ".input", MemoryMarshal.AsBytes<float>(samples.Inputs));
                File.WriteAllBytes(path + ".labels", MemoryMarshal.AsBytes<int>(samples.Labels));
                cases.Add($"{declaration}\t{pass}\t{batch}\t{path}");
            }

            return Run(cases, output) is { } found
                ? [.. rows.Select(row => found[wanted.IndexOf((row.Network, row.Pass, row.Batch))])]
                : null;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static List<Dictionary<string, double>>? Run(List<string> cases, TextWriter output)
    {
        var start = new ProcessStartInfo("python3", [Path.Combine(AppContext.BaseDirectory, "pytorch_gpu.py")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            output.WriteLine("PyTorch is not compared: there is no python3.");
            return null;
        }

        using (process)
        {
            if (process.StandardOutput.ReadLine() is not { } greeting || !greeting.StartsWith("PyTorch", StringComparison.Ordinal))
            {
                output.WriteLine("PyTorch is not compared: python3 has no torch with CUDA.");
                return null;
            }

            output.WriteLine(greeting);
            var results = new List<Dictionary<string, double>>();
            foreach (var line in cases)
            {
                try
                {
                    process.StandardInput.WriteLine(line);
                    process.StandardInput.Flush();
                    results.Add(Parse(process.StandardOutput.ReadLine()));
                }
                catch (Exception exception) when (exception is IOException or JsonException)
                {
                    output.WriteLine($"PyTorch gave no times for {line.Split('\t')[0]}: {exception.Message}");
                    results.Add([]);
                }
            }

            try
            {
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // It has ended already, which has been said.
            }

            process.WaitForExit();
            return results;
        }
    }

    // No reflection: what is published ahead of time does the same.
    private static Dictionary<string, double> Parse(string? line)
    {
        var forms = new Dictionary<string, double>();
        if (line is null)
            return forms;
        using var answer = JsonDocument.Parse(line);
        foreach (var form in answer.RootElement.EnumerateObject())
            forms.Add(form.Name, form.Value.GetDouble());
        return forms;
    }
}
