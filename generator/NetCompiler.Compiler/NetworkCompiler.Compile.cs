using System.Collections.Immutable;
using NetCompiler.Compiler.Cpu;
using NetCompiler.Compiler.Kernels;
using NetCompiler.Compiler.Language;
using NetCompiler.Compiler.Printers;
using NetCompiler.Compiler.Simt;

namespace NetCompiler.Compiler;

public static partial class NetworkCompiler
{
    /// <summary>
    /// The version of what emitted code and the runtime have agreed on, <c>NetCompiler.Runtime.EmittedCode.Version</c>: raised with it.
    /// </summary>
    public const int EmittedCodeVersion = 8;

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
            var devicePrograms = DevicePrograms(model, options.Cuda ? options.Precisions : [], PassOptions.Default);
            foreach (var program in devicePrograms)
            {
                files.Add(new GeneratedFile(
                    $"{name}.{DevicePassPrinter.NameOf(program)}.g.cs", DevicePassPrinter.Print(model, program, devicePrograms)));
                if (options.Cuda)
                    files.Add(new GeneratedFile($"{name}.{PtxPassPrinter.NameOf(program)}.g.cs", PtxPassPrinter.Print(spec, program)));
                if (options.Ilgpu && program.IsDeclared)
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

    /// <summary>
    /// The passes of a network on devices: what it predicts and, where it has a loss, its training; each in the precision that the network
    /// declares, and behind that in others. Precisions that make no difference to a pass have one program.
    /// </summary>
    /// <param name="model">The network.</param>
    /// <param name="precisions">The other precisions.</param>
    /// <param name="options">How.</param>
    public static ImmutableArray<SimtProgram> DevicePrograms(
        NetworkModel model, ImmutableArray<MatrixFormat?> precisions, PassOptions options)
    {
        PassKind[] kinds = model.Loss is null ? [PassKind.Predict] : [PassKind.Predict, PassKind.Train];
        var declared = model.Spec.FactorFormat;
        var wanted = kinds.SelectMany(kind => precisions.Insert(0, declared).Distinct().Select(format => (Kind: kind, Format: format))).ToList();
        var programs = SideBySide(wanted.Count, i => SimtPassCompiler.Compile(
            model with { Spec = model.Spec with { FactorFormat = wanted[i].Format } }, wanted[i].Kind, options));
        // Where tensor cores have no part in a pass, it is that in single precision.
        return
        [
            .. programs.GroupBy(p => (p.Kind, Format: p.RoundsFactors ? p.Precisions[0] : null)).Select(group =>
            {
                ImmutableArray<MatrixFormat?> formats = [.. group.SelectMany(p => p.Precisions)];
                return group.First() with { Precisions = formats, IsDeclared = formats.Contains(declared) };
            }),
        ];
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
