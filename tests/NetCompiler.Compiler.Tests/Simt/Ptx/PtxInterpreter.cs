namespace NetCompiler.Compiler.Tests.Simt.Ptx;

/// <summary>Runs PTX, a group after the other, its warps in turn from barrier to barrier, their threads from product to product.</summary>
internal static class PtxInterpreter
{
    private const int WarpSize = 32;
    private const long LongestThread = 50_000_000;

    /// <summary>Runs a function on a grid.</summary>
    /// <param name="function">The function.</param>
    /// <param name="grid">Groups.</param>
    /// <param name="memory">Memory.</param>
    /// <param name="arguments">Addresses and integers.</param>
    public static void Run(PtxFunction function, (int X, int Y, int Z) grid, PtxMemory memory, long[] arguments)
    {
        PtxException.Require(arguments.Length == function.Parameters.Count, "an argument for each parameter", function.Name);
        for (var z = 0; z < grid.Z; z++)
        {
            for (var y = 0; y < grid.Y; y++)
            {
                for (var x = 0; x < grid.X; x++)
                    RunGroup(function, (x, y, z), memory, arguments);
            }
        }
    }

    private static void RunGroup(PtxFunction function, (int X, int Y, int Z) group, PtxMemory memory, long[] arguments)
    {
        memory.NewGroup(function.SharedBytes);
        var (sizeX, sizeY, sizeZ) = function.Group;
        var threads = new List<PtxThread>();
        for (var z = 0; z < sizeZ; z++)
        {
            for (var y = 0; y < sizeY; y++)
            {
                for (var x = 0; x < sizeX; x++)
                    threads.Add(new PtxThread(function, memory, arguments, (x, y, z), group));
            }
        }

        while (true)
        {
            var waiting = threads.Chunk(WarpSize).Sum(warp => RunToBarrier(function, warp));
            if (waiting == 0)
                return;
            PtxException.Require(waiting == threads.Count, "all threads at a barrier", function.Name);
            // They have to wait at the same one.
            PtxException.Require(threads.All(t => t.Next == threads[0].Next), "one barrier", function.Name);
        }
    }

    // How many threads of a warp wait at a barrier then.
    private static int RunToBarrier(PtxFunction function, PtxThread[] warp)
    {
        while (true)
        {
            var waiting = warp.Count(t => RunThread(function, t));
            var products = warp.Where(t => t.Next > 0 && function.Code[t.Next - 1].Product is not null).ToList();
            if (products.Count == 0)
                return waiting;
            PtxException.Require(products.Count == WarpSize && products.All(t => t.Next == warp[0].Next), "all of a warp at a product", function.Name);
            function.Code[warp[0].Next - 1].Product!.Run(warp);
        }
    }

    // True where it waits for others.
    private static bool RunThread(PtxFunction function, PtxThread thread)
    {
        for (long count = 0; count < LongestThread; count++)
        {
            var instruction = function.Code[thread.Next++];
            if (instruction.Ends)
                return false;
            if (instruction.Waits || instruction.Product is not null)
                return true;
            instruction.Run(thread);
        }

        throw new PtxException($"{function.Name} does not end.");
    }
}
