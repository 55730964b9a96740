namespace NetCompiler;

/// <summary>A device or its driver is missing, or refuses what it was asked for.</summary>
public sealed class DeviceException : Exception
{
    /// <summary>An exception.</summary>
    public DeviceException()
    {
    }

    /// <summary>An exception with a message.</summary>
    public DeviceException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with a message and its cause.</summary>
    public DeviceException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
