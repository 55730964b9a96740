using System.Collections.Immutable;
using NetCompiler.Compiler.Cpu;
using NetCompiler.Compiler.Language;
using NetCompiler.Compiler.Printers;
using NetCompiler.Compiler.Simt;

namespace NetCompiler.Compiler;

public static partial class NetworkCompiler
{
    /// <summary>
    /// The version of what emitted code and the runtime have agreed on, <c>NetCompiler.Runtime.EmittedCode.Version</c>: raised with it.
    /// </summary>
    public const int EmittedCodeVersion = 7;

    /// <summary>
    /// Compiles a declaration: the API as <see cref="Declare"/> has it, and the passes of the network with their kernels.
    /// </summary>
    public static CompilationResult Compile(NetworkSpec spec, CompilerOptions options)
    {
        var build = NetworkBuilder.Build(spec);
        if (build.Model is not { } model)
            return Declare(spec, options);
        var name = FilePrefix(spec);
        var files = ImmutableArray.CreateBuilder<GeneratedFile>();
        var programs = Programs(model, options);
        files.Add(new GeneratedFile($"{name}.Passes.g.cs", PassesPrinter.Print(model, options, programs)));
        files.AddRange(SideBySide(programs.Length, i => new GeneratedFile(
            $"{name}.{programs[i].Name}.g.cs", PassPrinter.Print(spec, programs[i], [.. programs.Take(i)]))));
        if (options.Dump)
            files.AddRange(programs.Select(program => new GeneratedFile($"{name}.{program.Name}.dump.g.cs", DumpPrinter.Print(program))));

        if (options.Ilgpu || options.Cuda)
        {
            foreach (var program in DevicePrograms(model))
            {
                files.Add(new GeneratedFile($"{name}.{DevicePassPrinter.NameOf(program)}.g.cs", DevicePassPrinter.Print(model, program)));
                if (options.Cuda)
                    files.Add(new GeneratedFile($"{name}.{program.Kind}Ptx.g.cs", PtxPassPrinter.Print(spec, program)));
                if (options.Ilgpu)
                    files.Add(new GeneratedFile($"{name}.{program.Kind}Ilgpu.g.cs", SimtPrinter.Print(spec, program, options.IlgpuAlgorithms)));
            }
        }

        if (options.NativeExports && CName.Of(spec.Name) is { } prefix)
        {
            files.Add(new GeneratedFile($"{name}.NativeExports.g.cs", NativeExportsPrinter.Print(model, prefix)));
            files.Add(new GeneratedFile($"{name}/{prefix}.h.g.cs", CHeaderPrinter.Print(model, prefix)));
        }

        return new CompilationResult(
            build.Diagnostics, [new GeneratedFile($"{name}.g.cs", ApiPrinter.Print(model, options))], files.ToImmutable());
    }

    /// <summary>The passes of a network on devices: what it predicts and, where it has a loss, its training.</summary>
    public static ImmutableArray<SimtProgram> DevicePrograms(NetworkModel model)
    {
        PassKind[] kinds = model.Loss is null ? [PassKind.Predict] : [PassKind.Predict, PassKind.Train];
        return SideBySide(kinds.Length, i => SimtPassCompiler.Compile(model, kinds[i], PassOptions.Default));
    }

    /// <summary>The passes of a network for every vector width. They have nothing in common, and are compiled side by side.</summary>
    public static ImmutableArray<PassProgram> Programs(NetworkModel model, CompilerOptions options)
    {
        var kinds = PassesPrinter.Passes(model).ToList();
        var passes = options.VectorWidths
            .SelectMany(width => kinds.Where(pass => pass.Kind != PassKind.Inspect).Select(pass => (pass.Kind, pass.Entry, Width: width)))
            .Append((Kind: PassKind.Inspect, Entry: null, Width: options.VectorWidths.Min()));
        var ordered = passes.ToList();
        return SideBySide(ordered.Count, i => PassCompiler.Compile(
            model, ordered[i].Kind, new CpuTarget(ordered[i].Width), PassOptions.Default, options.Dump, ordered[i].Entry));
    }

    // Results that have nothing to do with each other, each begun by the first core that is free.
    private static ImmutableArray<T> SideBySide<T>(int count, Func<int, T> make)
    {
        var results = new T[count];
        Parallel.For(0, count, i => results[i] = make(i));
        return [.. results];
    }
}
