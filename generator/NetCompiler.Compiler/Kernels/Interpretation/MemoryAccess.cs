namespace NetCompiler.Compiler.Kernels.Interpretation;

/// <summary>Reads and writes of interpreted kernels, each checked.</summary>
internal static class MemoryAccess
{
    private const int Several = -1;

    /// <summary>Checks a read of consecutive elements and returns the first byte.</summary>
    public static int Read(Frame frame, Pointer pointer, long index, int lanes, ScalarKind scalar)
    {
        var start = Locate(frame, pointer, index, lanes, scalar, BufferAccess.Read);
        var memory = pointer.View.Memory;
        var bytes = lanes * KernelType.SizeOf(scalar);
        for (var i = start; i < start + bytes; i++)
        {
            if (memory.IsDefined[i])
                continue;
            var fault = frame.Fault(
                KernelFault.UndefinedRead,
                $"reads element {Element(pointer, i)} of {pointer.View.Name}, which nothing has written.");
            // Another thread may be about to write it: then the fault is a race.
            if (frame.Thread.Group is not { } threads || memory.Accesses is null)
                throw fault;
            threads.Pending ??= fault;
            break;
        }

        if (frame.Thread.Group is { } group && memory.Accesses is { } accesses)
        {
            var size = KernelType.SizeOf(memory.Scalar);
            for (var e = start / size; e <= (start + bytes - 1) / size; e++)
                RecordRead(frame, pointer, group, ref accesses[e], e);
        }

        return start;
    }

    /// <summary>Checks a write of consecutive elements, marks them as defined and returns the first byte.</summary>
    public static int Write(Frame frame, Pointer pointer, long index, int lanes, ScalarKind scalar)
    {
        var start = Locate(frame, pointer, index, lanes, scalar, BufferAccess.Write);
        var memory = pointer.View.Memory;
        var bytes = lanes * KernelType.SizeOf(scalar);
        for (var i = start; i < start + bytes; i++)
            memory.IsDefined[i] = true;
        if (frame.Thread.Group is { } group && memory.Accesses is { } accesses)
        {
            var size = KernelType.SizeOf(memory.Scalar);
            for (var e = start / size; e <= (start + bytes - 1) / size; e++)
                RecordWrite(frame, pointer, group, ref accesses[e], e);
        }

        return start;
    }

    private static int Locate(Frame frame, Pointer pointer, long index, int lanes, ScalarKind scalar, BufferAccess access)
    {
        var view = pointer.View;
        var size = KernelType.SizeOf(scalar);
        var start = pointer.Offset + index * size;
        if (start < view.Low || start + (long)lanes * size > view.High)
        {
            var first = (start - view.Low) / (double)size;
            var last = first + lanes - 1;
            var which = lanes == 1 ? $"element {first}" : $"elements {first} to {last}";
            throw frame.Fault(
                KernelFault.OutOfBounds,
                $"{Verb(access)} {which} of {view.Name}, whose extent is {(view.High - view.Low) / size}.");
        }

        if (lanes > 1 && frame.Thread.Group is not null && start % ((long)lanes * size) != 0)
        {
            throw frame.Fault(
                KernelFault.Alignment, $"{Verb(access)} {lanes} elements at once from byte {start} of the memory of {view.Name} on.");
        }

        if ((view.Access & access) == 0)
        {
            throw frame.Fault(
                KernelFault.Access,
                $"{Verb(access)} {view.Name}, whose access is declared as {view.Access}.");
        }

        return (int)start;
    }

    private static void RecordRead(Frame frame, Pointer pointer, Group group, ref KernelMemory.AccessRecord record, long element)
    {
        var thread = frame.Thread.Number;
        if (record.WriteInterval == group.Interval && record.WriteThread != thread)
            throw Race(frame, pointer, element, "reads", $"thread number {record.WriteThread} of the group wrote");
        if (record.WriteGridInterval == group.GridInterval && record.WriteGroup != group.Number)
            throw Race(frame, pointer, element, "reads", $"group number {record.WriteGroup} wrote");
        record.ReadThread = record.ReadInterval == group.Interval && record.ReadThread != thread ? Several : thread;
        record.ReadGroup = record.ReadGridInterval == group.GridInterval && record.ReadGroup != group.Number ? Several : group.Number;
        record.ReadInterval = group.Interval;
        record.ReadGridInterval = group.GridInterval;
    }

    private static void RecordWrite(Frame frame, Pointer pointer, Group group, ref KernelMemory.AccessRecord record, long element)
    {
        var thread = frame.Thread.Number;
        if (record.WriteInterval == group.Interval && record.WriteThread != thread)
            throw Race(frame, pointer, element, "writes", $"thread number {record.WriteThread} of the group wrote");
        if (record.ReadInterval == group.Interval && record.ReadThread != thread)
        {
            var who = record.ReadThread == Several ? "other threads" : $"thread number {record.ReadThread}";
            throw Race(frame, pointer, element, "writes", $"{who} of the group read");
        }

        if (record.WriteGridInterval == group.GridInterval && record.WriteGroup != group.Number)
            throw Race(frame, pointer, element, "writes", $"group number {record.WriteGroup} wrote");
        if (record.ReadGridInterval == group.GridInterval && record.ReadGroup != group.Number)
        {
            var who = record.ReadGroup == Several ? "several groups" : $"group number {record.ReadGroup}";
            throw Race(frame, pointer, element, "writes", $"{who} read");
        }

        record.WriteInterval = group.Interval;
        record.WriteThread = thread;
        record.WriteGroup = group.Number;
        record.WriteGridInterval = group.GridInterval;
    }

    private static KernelFaultException Race(Frame frame, Pointer pointer, long element, string does, string other)
    {
        var size = KernelType.SizeOf(pointer.View.Memory.Scalar);
        var index = element - pointer.View.Low / size;
        return frame.Fault(KernelFault.Race, $"{does} element {index} of {pointer.View.Name}, which {other} with no barrier in between.");
    }

    private static string Verb(BufferAccess access) => access == BufferAccess.Read ? "reads" : "writes";

    private static long Element(Pointer pointer, long position) =>
        (position - pointer.View.Low) / KernelType.SizeOf(pointer.View.Memory.Scalar);
}
