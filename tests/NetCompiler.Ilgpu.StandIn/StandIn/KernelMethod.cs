using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Emit;

namespace ILGPU.StandIn;

/// <summary>What can be seen of a kernel without running it.</summary>
internal static class KernelMethod
{
    private const int MemberReference = 0x0A;

    private static readonly ConcurrentDictionary<MethodInfo, bool> s_waits = new();

    /// <summary>Whether threads of a group may wait for each other.</summary>
    public static bool Waits(MethodInfo kernel) => s_waits.GetOrAdd(kernel, static method =>
    {
        // A call is its opcode and a token. Other bytes that look like one only make a launch slower.
        var code = method.GetMethodBody()!.GetILAsByteArray()!;
        for (var i = 0; i + sizeof(int) < code.Length; i++)
        {
            var token = BitConverter.ToInt32(code, i + 1);
            if (code[i] == OpCodes.Call.Value && token >>> 24 == MemberReference && IsBarrier(method.Module, token))
                return true;
        }

        return false;
    });

    private static bool IsBarrier(Module module, int token)
    {
        try
        {
            return module.ResolveMember(token) is { Name: nameof(Group.Barrier) };
        }
        catch (ArgumentException)
        {
            // No token after all, or one that needs the types that it is used with: Barrier does not.
            return false;
        }
    }
}
