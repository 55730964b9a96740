using System.Reflection;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.StandIn;
using Linq = System.Linq.Expressions;

namespace NetCompiler.Compiler.Tests.Ilgpu;

/// <summary>Where the tests run kernels for ILGPU: on the stand-in, a thread for each thread. With <c>-p:UseIlgpu=true</c> on ILGPU itself.</summary>
internal sealed class TestAccelerator : IDisposable
{
    /// <summary>Whether assemblies whose kernels run here may be unloaded.</summary>
    public const bool TakesCollectible = true;

    /// <summary>Whether there are ILGPU.Algorithms' functions too.</summary>
    public const bool HasAlgorithms = true;

    /// <summary>The accelerator.</summary>
    public Accelerator Accelerator { get; } = new();

    /// <summary>
    /// The text of a kernel as it is run here: one with barriers returns at each, where it is on another machine that its threads wait. A group
    /// of it runs on one thread. Whole networks run as they are printed, by a thread for each thread.
    /// </summary>
    /// <param name="text">A printed method.</param>
    public static string Prepare(string text)
    {
        const string Barrier = "Group.Barrier();";
        var parts = text.Split(Barrier);
        if (parts.Length == 1)
            return text;
        var numbered = parts.Skip(1).Select((part, i) => FormattableString.Invariant($"yield return {i + 1};") + part);
        return parts[0].Replace(" void ", " global::System.Collections.Generic.IEnumerable<int> ", StringComparison.Ordinal) + string.Concat(numbered);
    }

    /// <summary>Runs a printed kernel.</summary>
    /// <param name="kernel">Its method.</param>
    /// <param name="grid">The groups.</param>
    /// <param name="group">The threads of a group.</param>
    /// <param name="arguments">Numbers, and for views an array and its first element: (Array, long).</param>
    public static void Launch(MethodInfo kernel, (int X, int Y, int Z) grid, (int X, int Y, int Z) group, object[] arguments)
    {
        var config = new KernelConfig(new Index3D(grid.X, grid.Y, grid.Z), new Index3D(group.X, group.Y, group.Z));
        object[] passed = [.. arguments.Select(Convert)];
        var parameters = kernel.GetParameters();
        // What is too much for one by one is passed together.
        if (parameters.Length < passed.Length)
            passed = [.. passed[..(parameters.Length - 1)], Activator.CreateInstance(parameters[^1].ParameterType, passed[(parameters.Length - 1)..])!];
        var call = Linq.Expression.Call(kernel, passed.Select(Linq.Expression.Constant));
        if (kernel.ReturnType == typeof(void))
            KernelLauncher.LaunchInTurn(config, Linq.Expression.Lambda<Action>(call).Compile());
        else
            KernelLauncher.LaunchInSteps(config, Linq.Expression.Lambda<Func<IEnumerable<int>>>(call).Compile());
    }

    /// <summary>Asserts that networks have run here, and left nothing.</summary>
    public void AssertWasUsedAndLeft()
    {
        Assert.True(Accelerator.Launches > 0);
        Assert.Equal(0, Accelerator.Held);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // The stand-in has nothing of its own.
    }

    private static object Convert(object argument) => argument switch
    {
        (float[] memory, long offset) => new ArrayView<float>(memory).SubView(offset),
        (byte[] memory, long offset) => new ArrayView<byte>(memory).SubView(offset),
        (int[] memory, long offset) => new ArrayView<int>(memory).SubView(offset),
        _ => argument,
    };
}
