namespace NetCompiler.Runtime.Tests.Execution;

public unsafe class NativeArenaTests
{
    private const int LargePage = 2 * 1024 * 1024;

    [Theory]
    [InlineData(1, NativeArena.PageSize)]
    [InlineData(LargePage - 1, NativeArena.PageSize)]
    [InlineData(LargePage, LargePage)]
    [InlineData(LargePage + 1, LargePage)]
    [InlineData(3 * LargePage, LargePage)]
    public void Memory_begins_on_a_page_of_its_size_and_is_zero(long bytes, int page)
    {
        // Several, so that one does not begin there by chance.
        var arenas = Enumerable.Range(0, 5).Select(_ => new NativeArena(bytes)).ToList();
        foreach (var arena in arenas)
        {
            Assert.Equal(bytes, arena.Size);
            Assert.Equal(0, (nint)arena.Pointer % page);
            Assert.True(new ReadOnlySpan<byte>(arena.Pointer, (int)bytes).IndexOfAnyExcept((byte)0) < 0);
            arena.Pointer[bytes - 1] = 1;
        }

        arenas.ForEach(arena => arena.Dispose());
        Assert.All(arenas, arena => Assert.True(arena.IsClosed));
    }
}
