using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace NetCompiler.Runtime;

/// <summary>
/// Threads that compute one chunk together. All of them run the step; one leads. A launch that is worth it is cut into rounds, which the
/// leader publishes and whoever is there claims; all others the leader runs alone. The leader never waits for a thread that has claimed
/// nothing, so that a helper which comes late, or not at all, costs nothing. Rounds write different places and add up nothing between
/// them, so bits do not depend on who does which.
/// </summary>
/// <remarks>The default is the leader of nobody.</remarks>
public readonly unsafe struct LaunchTeam
{
    // Rounds are claimed several at a time, in pieces as alike as can be: so many of a launch for each thread, or fewer.
    private const int PiecesPerThread = 3;

    // Where the number of pieces lies in what is claimed, above the number of those that are.
    private const int PieceBits = 16;
    private const int MostPieces = (1 << PieceBits) - 1;

    // Who waits spins so often, some ten microseconds, before it lets others have the processor.
    private const int Spins = 1024;
    private const int SpinLength = 1;

    private readonly State* _state;

    private LaunchTeam(State* state, bool isHelper)
    {
        _state = state;
        IsHelper = isHelper;
    }

    /// <summary>True for those who do not lead: they run published launches only.</summary>
    public bool IsHelper { get; }

    /// <summary>Claims the next rounds of a launch, after those that <paramref name="part"/> holds were done.</summary>
    /// <param name="part">At first what the launch has; then what this thread is to do.</param>
    /// <returns>False where there is nothing left. To the leader that also says that everybody is done.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Next(ref LaunchPart part)
    {
        if (_state != null)
            return Claim(ref part);
        var isFirst = part.End == 0;
        part.End = part.Rounds;
        return isFirst;
    }

    /// <summary>Bytes that a team needs, aligned to <see cref="PassArguments.Alignment"/>.</summary>
    internal static int Bytes => sizeof(State);

    /// <summary>The team's leader.</summary>
    internal static LaunchTeam Leader(void* memory) => new((State*)memory, isHelper: false);

    /// <summary>Another of its members.</summary>
    internal static LaunchTeam Helper(void* memory) => new((State*)memory, isHelper: true);

    /// <summary>Before a step: no launch has been published. Not to be called while anybody is at work.</summary>
    /// <param name="threads">Members, the leader included.</param>
    /// <param name="isExpected">False where launches are left whole until a helper is there.</param>
    internal void Begin(int threads, bool isExpected)
    {
        _state->Pieces = Math.Min(PiecesPerThread * threads, MostPieces);
        _state->HasHelpers = isExpected;
        Volatile.Write(ref _state->Claimed, Pack(-1, 0, 0));
    }

    /// <summary>Says that this helper is there.</summary>
    internal void Join() => Volatile.Write(ref _state->HasHelpers, true);

    /// <summary>After a step, also one that failed: helpers look for nothing more.</summary>
    internal void End() => Volatile.Write(ref _state->Claimed, Pack(int.MaxValue, 0, 0));

    // A launch, into how many pieces it is cut, and how many of them have been claimed: in one word, since they are only true together.
    private static long Pack(int launch, int pieces, int claimed) => (long)launch << 32 | (long)pieces << PieceBits | (uint)claimed;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool Claim(ref LaunchPart part)
    {
        var state = _state;
        if (part.End > part.Start)
            Interlocked.Add(ref state->Done, (int)(part.End - part.Start));
        else if (!IsHelper)
            Publish(part.Launch, part.Rounds);
        var spins = 0;
        while (true)
        {
            var claimed = Volatile.Read(ref state->Claimed);
            var (launch, pieces, piece) = ((int)(claimed >> 32), (uint)claimed >> PieceBits, (uint)claimed & MostPieces);
            if (launch < part.Launch)
            {
                // Only helpers are ahead of what was published.
                Wait(ref spins);
                continue;
            }

            if (launch > part.Launch || piece >= pieces)
                break;
            if (Interlocked.CompareExchange(ref state->Claimed, claimed + 1, claimed) != claimed)
                continue;
            // The larger ones come first.
            var (size, larger) = Math.DivRem((uint)part.Rounds, pieces);
            part.Start = (nint)(piece * size + Math.Min(piece, larger));
            part.End = part.Start + (nint)(size + (piece < larger ? 1u : 0));
            return true;
        }

        spins = 0;
        while (!IsHelper && Volatile.Read(ref state->Done) < part.Rounds)
            Wait(ref spins);
        return false;
    }

    // Whom this thread waits for may need its processor.
    private static void Wait(ref int spins)
    {
        if (++spins < Spins)
            Thread.SpinWait(SpinLength);
        else
            Thread.Yield();
    }

    private void Publish(int launch, int rounds)
    {
        Volatile.Write(ref _state->Done, 0);
        Volatile.Write(ref _state->Claimed, Pack(launch, Volatile.Read(ref _state->HasHelpers) ? Math.Min(_state->Pieces, rounds) : 1, 0));
    }

    // Claims and counts are written by everybody: each on lines of its own.
    [StructLayout(LayoutKind.Explicit, Size = 4 * PassArguments.Alignment)]
    private struct State
    {
        // The launch that was published last, its pieces, and the first of them that nobody has claimed.
        [FieldOffset(0)]
        public long Claimed;

        // Into how many pieces launches are cut at most.
        [FieldOffset(PassArguments.Alignment)]
        public int Pieces;

        // Whether they are cut: a helper is there, or on its way.
        [FieldOffset(PassArguments.Alignment + sizeof(int))]
        public bool HasHelpers;

        // Rounds of it that are done.
        [FieldOffset(2 * PassArguments.Alignment)]
        public int Done;
    }
}

/// <summary>Rounds of a launch.</summary>
/// <param name="launch">The launch's number in its step; later ones have larger numbers.</param>
/// <param name="rounds">The rounds that it has, more than 0.</param>
public struct LaunchPart(int launch, int rounds)
{
    /// <summary>The launch's number in its step.</summary>
    public readonly int Launch = launch;

    /// <summary>The rounds that it has.</summary>
    public readonly int Rounds = rounds;

    /// <summary>The first round to do.</summary>
    public nint Start;

    /// <summary>The round behind the last one; 0 before any was claimed.</summary>
    public nint End;
}
