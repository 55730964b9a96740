using System.Runtime.InteropServices;

namespace NetCompiler.Benchmarks.Peers;

/// <summary>ONNX Runtime through its C API. Functions are called by their place in OrtApi, which never changes.</summary>
internal sealed unsafe class OnnxRuntime : IPeer
{
    private const uint ApiVersion = 14;
    private const int FloatType = 1;
    private const int AllOptimisations = 99;
    private const int LogsErrors = 3;

    private readonly nint _library;
    private readonly void** _api;
    private readonly void* _environment;

    private OnnxRuntime(nint library)
    {
        _library = library;
        var entry = ((delegate* unmanaged<void**>)NativeLibrary.GetExport(library, "OrtGetApiBase"))();
        _api = (void**)((delegate* unmanaged<uint, void*>)entry[0])(ApiVersion);
        Name = "ONNX Runtime " + Marshal.PtrToStringUTF8((nint)((delegate* unmanaged<byte*>)entry[1])());
        void* environment;
        fixed (byte* name = "benchmarks"u8)
            Check(((delegate* unmanaged<int, byte*, void**, void*>)_api[Function.CreateEnv])(LogsErrors, name, &environment));
        _environment = environment;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Loads the library; null where it is not installed.</summary>
    public static OnnxRuntime? Find(string peers) =>
        NativeLibrary.TryLoad(
            Path.Combine(peers, "node_modules/onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime.so.1"), out var library)
            ? new OnnxRuntime(library)
            : null;

    /// <inheritdoc/>
    public IRun? Load(PeerTask task, out float[] results)
    {
        results = [];
        if (task.IsTraining)
            return null;
        var run = new Run(this, task);
        results = run.Compute();
        return run;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ((delegate* unmanaged<void*, void>)_api[Function.ReleaseEnv])(_environment);
        NativeLibrary.Free(_library);
    }

    private void Check(void* status)
    {
        if (status == null)
            return;
        var message = Marshal.PtrToStringUTF8((nint)((delegate* unmanaged<void*, byte*>)_api[Function.GetErrorMessage])(status));
        ((delegate* unmanaged<void*, void>)_api[Function.ReleaseStatus])(status);
        throw new InvalidOperationException($"ONNX Runtime: {message}");
    }

    private static class Function
    {
        public const int GetErrorMessage = 2;
        public const int CreateEnv = 3;
        public const int CreateSessionFromArray = 8;
        public const int Run = 9;
        public const int CreateSessionOptions = 10;
        public const int SetGraphOptimizationLevel = 23;
        public const int SetIntraOpNumThreads = 24;
        public const int SetInterOpNumThreads = 25;
        public const int CreateTensorWithData = 49;
        public const int CreateCpuMemoryInfo = 69;
        public const int ReleaseEnv = 92;
        public const int ReleaseStatus = 93;
        public const int ReleaseMemoryInfo = 94;
        public const int ReleaseSession = 95;
        public const int ReleaseValue = 96;
        public const int ReleaseSessionOptions = 100;
    }

    private sealed class Run : TimedRun
    {
        private readonly OnnxRuntime _owner;
        private readonly void* _session;
        private readonly void* _input;
        private readonly void* _output;
        private readonly float* _inputs;
        private readonly float* _outputs;
        private readonly int _outputLength;

        public Run(OnnxRuntime owner, PeerTask task)
        {
            _owner = owner;
            var api = owner._api;
            void* options;
            Check(((delegate* unmanaged<void**, void*>)api[Function.CreateSessionOptions])(&options));
            Check(((delegate* unmanaged<void*, int, void*>)api[Function.SetGraphOptimizationLevel])(options, AllOptimisations));
            Check(((delegate* unmanaged<void*, int, void*>)api[Function.SetIntraOpNumThreads])(options, task.Threads));
            Check(((delegate* unmanaged<void*, int, void*>)api[Function.SetInterOpNumThreads])(options, 1));
            var model = OnnxExport.ToBytes(task.Declared, task.Network, task.Batch);
            void* session;
            fixed (byte* bytes = model)
            {
                Check(((delegate* unmanaged<void*, byte*, nuint, void*, void**, void*>)api[Function.CreateSessionFromArray])(
                    owner._environment, bytes, (nuint)model.Length, options, &session));
            }

            ((delegate* unmanaged<void*, void>)api[Function.ReleaseSessionOptions])(options);
            _session = session;
            var layers = task.Declared.Layers;
            var output = layers[task.Declared.Result].Shape;
            _outputLength = task.Batch * output.Aggregate(1, (product, extent) => product * extent);
            _inputs = Allocate(task.Inputs.Length);
            _outputs = Allocate(_outputLength);
            task.Inputs.CopyTo(new Span<float>(_inputs, task.Inputs.Length));
            _input = Tensor(_inputs, task.Inputs.Length, [task.Batch, .. layers[0].Shape]);
            _output = Tensor(_outputs, _outputLength, [task.Batch, .. output]);
        }

        public float[] Compute()
        {
            RunOnce();
            return new Span<float>(_outputs, _outputLength).ToArray();
        }

        public override void Dispose()
        {
            ((delegate* unmanaged<void*, void>)_owner._api[Function.ReleaseValue])(_input);
            ((delegate* unmanaged<void*, void>)_owner._api[Function.ReleaseValue])(_output);
            ((delegate* unmanaged<void*, void>)_owner._api[Function.ReleaseSession])(_session);
            NativeMemory.AlignedFree(_inputs);
            NativeMemory.AlignedFree(_outputs);
        }

        private static float* Allocate(int length) => (float*)NativeMemory.AlignedAlloc((nuint)length * sizeof(float), 64);

        protected override void RunOnce()
        {
            fixed (byte* x = "x\0"u8, y = "y\0"u8)
            {
                byte* inputName = x, outputName = y;
                void* input = _input, output = _output;
                Check(((delegate* unmanaged<void*, void*, byte**, void**, nuint, byte**, nuint, void**, void*>)_owner._api[Function.Run])(
                    _session, null, &inputName, &input, 1, &outputName, 1, &output));
            }
        }

        private void* Tensor(float* values, int length, ReadOnlySpan<int> shape)
        {
            void* memory;
            Check(((delegate* unmanaged<int, int, void**, void*>)_owner._api[Function.CreateCpuMemoryInfo])(1, 0, &memory));
            var extents = new long[shape.Length];
            for (var i = 0; i < extents.Length; i++)
                extents[i] = shape[i];
            void* tensor;
            fixed (long* dimensions = extents)
            {
                Check(((delegate* unmanaged<void*, void*, nuint, long*, nuint, int, void**, void*>)_owner._api[Function.CreateTensorWithData])(
                    memory, values, (nuint)length * sizeof(float), dimensions, (nuint)extents.Length, FloatType, &tensor));
            }

            ((delegate* unmanaged<void*, void>)_owner._api[Function.ReleaseMemoryInfo])(memory);
            return tensor;
        }

        private void Check(void* status) => _owner.Check(status);
    }
}
