using System.Reflection;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;

namespace NetCompiler.Compiler.Tests.Ilgpu;

/// <summary>Where the tests run kernels for ILGPU with <c>-p:UseIlgpu=true</c>: on its CPU accelerator.</summary>
internal sealed class TestAccelerator : IDisposable
{
    /// <summary>Whether assemblies whose kernels run here may be unloaded: ILGPU makes others that refer to them.</summary>
    public const bool TakesCollectible = false;

    /// <summary>Whether there are ILGPU.Algorithms' functions too.</summary>
    public const bool HasAlgorithms = false;

    private static readonly Lazy<TestAccelerator> s_shared = new(() => new TestAccelerator());
    private static readonly Lock s_lock = new();

    private readonly Context _context;

    public TestAccelerator()
    {
        // A multiprocessor with as many threads as the largest of our groups.
        var device = new CPUDevice(numThreadsPerWarp: 32, numWarpsPerMultiprocessor: 16, numMultiprocessors: 1);
        _context = Context.Create(builder => builder.CPU(device));
        Accelerator = _context.CreateCPUAccelerator(0);
    }

    /// <summary>The accelerator.</summary>
    public Accelerator Accelerator { get; }

    /// <summary>The text of a kernel as it is run here.</summary>
    /// <param name="text">A printed method.</param>
    public static string Prepare(string text) => text;

    /// <summary>Runs a printed kernel.</summary>
    /// <param name="kernel">Its method.</param>
    /// <param name="grid">The groups.</param>
    /// <param name="group">The threads of a group.</param>
    /// <param name="arguments">Numbers, and for views an array and its first element: (Array, long).</param>
    public static void Launch(MethodInfo kernel, (int X, int Y, int Z) grid, (int X, int Y, int Z) group, object[] arguments)
    {
        // One launch at a time: there is one multiprocessor.
        lock (s_lock)
            s_shared.Value.Run(kernel, new KernelConfig(new Index3D(grid.X, grid.Y, grid.Z), new Index3D(group.X, group.Y, group.Z)), arguments);
    }

    /// <summary>Asserts that networks have run here, and left nothing.</summary>
    public void AssertWasUsedAndLeft() => Accelerator.Synchronize();

    /// <inheritdoc/>
    public void Dispose()
    {
        Accelerator.Dispose();
        _context.Dispose();
    }

    private void Run(MethodInfo kernel, KernelConfig config, object[] arguments)
    {
        var stream = Accelerator.DefaultStream;
        var buffers = new Dictionary<Array, Buffer>();
        var passed = arguments.Select(argument => argument is (Array array, long offset) ? View(array, offset) : argument).ToArray();
        var parameters = kernel.GetParameters();
        // What is too much for one by one is passed together.
        if (parameters.Length < passed.Length)
            passed = [.. passed[..(parameters.Length - 1)], Activator.CreateInstance(parameters[^1].ParameterType, passed[(parameters.Length - 1)..])!];
        Accelerator.LoadKernel(kernel).Launch(stream, config, passed);
        stream.Synchronize();
        foreach (var buffer in buffers.Values)
        {
            buffer.CopyBack();
            buffer.Dispose();
        }

        object View(Array array, long offset)
        {
            if (!buffers.TryGetValue(array, out var buffer))
            {
                buffers[array] = buffer = array switch
                {
                    float[] floats => new Buffer<float>(Accelerator, floats),
                    byte[] bytes => new Buffer<byte>(Accelerator, bytes),
                    _ => new Buffer<int>(Accelerator, (int[])array),
                };
            }

            return buffer.View(offset);
        }
    }

    private abstract class Buffer : IDisposable
    {
        public abstract object View(long offset);

        public abstract void CopyBack();

        public abstract void Dispose();
    }

    private sealed class Buffer<T>(Accelerator accelerator, T[] elements) : Buffer
        where T : unmanaged
    {
        private readonly MemoryBuffer1D<T, Stride1D.Dense> _memory = accelerator.Allocate1D(elements);

        public override object View(long offset) => _memory.View.BaseView.SubView(offset);

        public override void CopyBack() => _memory.CopyToCPU(elements);

        public override void Dispose() => _memory.Dispose();
    }
}
