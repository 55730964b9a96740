using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace NetCompiler.Runtime;

/// <summary>
/// Threads that compute one chunk together. All of them run the step; one leads. The rounds of a launch that is worth it are divided among
/// them, always in the same way, so that what a member reads or has written is in its own caches; all other launches the leader runs alone.
/// Whoever is done takes shares that nobody has begun. The leader never waits for those who have begun nothing, so that a helper which comes
/// late, or not at all, costs nothing. Rounds write different places and add up nothing between them, so bits do not depend on who does
/// which.
/// </summary>
/// <remarks>
/// The default is the leader of nobody. What one core has written takes another a tenth to a quarter of a microsecond to read, and a launch
/// may be as short as one: members write lines of their own, but for a share that is offered, or taken in another's place.
/// </remarks>
public readonly unsafe struct LaunchTeam
{
    // Who waits spins so often, some ten microseconds, before it lets others have the processor.
    private const int Spins = 1024;
    private const int SpinLength = 1;

    private readonly State* _state;
    private readonly int _number;

    private LaunchTeam(State* state, int number)
    {
        _state = state;
        _number = number;
    }

    /// <summary>True for those who do not lead: they run offered launches only.</summary>
    public bool IsHelper => _number != 0;

    /// <summary>Claims the next rounds of a launch, after those that <paramref name="part"/> holds were done.</summary>
    /// <param name="part">At first what the launch has; then what this thread is to do.</param>
    /// <returns>False where there is nothing left. To the leader that also says that everybody is done.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Next(ref LaunchPart part)
    {
        if (_state != null)
            return IsHelper ? Help(ref part) : Lead(ref part);
        var isFirst = part.End == 0;
        part.End = part.Rounds;
        return isFirst;
    }

    /// <summary>Bytes that a team of so many members needs, aligned to <see cref="PassArguments.Alignment"/>.</summary>
    internal static int Bytes(int members) => sizeof(State) + members * sizeof(Member);

    /// <summary>A member of a team.</summary>
    /// <param name="memory">The team's bytes.</param>
    /// <param name="number">Its number; 0 leads.</param>
    internal static LaunchTeam Of(void* memory, int number) => new((State*)memory, number);

    /// <summary>Before a step: no launch has been offered. Not to be called while anybody is at work.</summary>
    /// <param name="members">Members, the leader included.</param>
    /// <param name="isExpected">False where launches are left whole until a helper is there.</param>
    internal void Begin(int members, bool isExpected)
    {
        _state->Members = members;
        _state->HasHelpers = isExpected;
        _state->Begun = 0;
        for (var i = 0; i < members; i++)
            MemberOf(i)->Done = 0;
        Offer(-1, shares: 0);
    }

    /// <summary>Says that this helper is there.</summary>
    internal void Join() => Volatile.Write(ref _state->HasHelpers, true);

    /// <summary>After a step, also one that failed: helpers look for nothing more.</summary>
    internal void End() => Offer(int.MaxValue, shares: 0);

    // A launch, and whether a helper's share of it is taken: in one word, since they are only true together.
    private static long Pack(int launch, bool isTaken) => (long)launch << 1 | (isTaken ? 1L : 0);

    private Member* MemberOf(int number) => (Member*)(_state + 1) + number;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool Lead(ref LaunchPart part)
    {
        if (part.End == 0)
        {
            var shares = Volatile.Read(ref _state->HasHelpers) ? Math.Min(_state->Members, part.Rounds) : 1;
            if (shares > 1)
                Offer(part.Launch, shares);
            _state->Begun += shares;
            part.Take(0, shares);
            return true;
        }

        MemberOf(0)->Done++;
        var spins = 0;
        for (var owner = 1; !IsDone;)
        {
            if (owner == _state->Members)
                Wait(ref spins);
            else if (Take(owner++, ref part))
                return true;
        }

        return false;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool Help(ref LaunchPart part)
    {
        var own = MemberOf(_number);
        if (part.End > 0)
            Volatile.Write(ref own->Done, own->Done + 1);
        // Helpers are ahead of what was offered.
        var spins = 0;
        while (Volatile.Read(ref own->Share) < Pack(part.Launch, isTaken: false))
            Wait(ref spins);
        // Its own share first.
        var helpers = _state->Members - 1;
        for (var i = 0; i < helpers; i++)
        {
            if (Take(1 + (_number - 1 + i) % helpers, ref part))
                return true;
        }

        return false;
    }

    // Takes a helper's share of a launch, if it is on offer and nobody has.
    private bool Take(int owner, ref LaunchPart part)
    {
        var (offered, taken) = (Pack(part.Launch, isTaken: false), Pack(part.Launch, isTaken: true));
        ref var share = ref MemberOf(owner)->Share;
        if (Volatile.Read(ref share) != offered || Interlocked.CompareExchange(ref share, taken, offered) != offered)
            return false;
        part.Take(owner, Math.Min(_state->Members, part.Rounds));
        return true;
    }

    // Whether all shares are done that were ever begun; what the leader waits for.
    private bool IsDone
    {
        get
        {
            var done = 0;
            for (var i = 0; i < _state->Members; i++)
                done += Volatile.Read(ref MemberOf(i)->Done);
            return done == _state->Begun;
        }
    }

    // Whom this thread waits for may need its processor.
    private static void Wait(ref int spins)
    {
        if (++spins < Spins)
            Thread.SpinWait(SpinLength);
        else
            Thread.Yield();
    }

    // To each helper its share, as far as there are so many; the leader has the first.
    private void Offer(int launch, int shares)
    {
        for (var i = 1; i < _state->Members; i++)
            Volatile.Write(ref MemberOf(i)->Share, Pack(launch, isTaken: i >= shares));
    }

    [StructLayout(LayoutKind.Explicit, Size = 2 * PassArguments.Alignment)]
    private struct State
    {
        [FieldOffset(0)]
        public int Members;

        // Whether launches are divided: a helper is there, or on its way.
        [FieldOffset(sizeof(int))]
        public bool HasHelpers;

        // Shares of all launches so far; nobody but the leader looks at it.
        [FieldOffset(PassArguments.Alignment)]
        public int Begun;
    }

    // Caches fetch lines in pairs: what others write and what this member writes lie further apart.
    [StructLayout(LayoutKind.Explicit, Size = 4 * PassArguments.Alignment)]
    private struct Member
    {
        // The launch that was offered last, and whether this member's share of it is taken; not used for the leader, who takes its share at once.
        [FieldOffset(0)]
        public long Share;

        // Shares that this member has done, of all launches.
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

    // One of so many shares that are as alike as can be, the larger ones first.
    internal void Take(int share, int shares)
    {
        var (size, larger) = Math.DivRem(Rounds, shares);
        Start = share * size + Math.Min(share, larger);
        End = Start + size + (share < larger ? 1 : 0);
    }
}
