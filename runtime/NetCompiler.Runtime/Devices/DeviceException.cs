namespace NetCompiler;

/// <summary>A device or its driver is missing, or refuses what it was asked for.</summary>
public sealed class DeviceException : Exception
{
    /// <summary>An exception without a message of its own.</summary>
    public DeviceException()
    {
    }

    /// <summary>An exception.</summary>
    /// <param name="message">What is missing or failed, and what to do about it.</param>
    public DeviceException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with a cause.</summary>
    /// <param name="message">What is missing or failed, and what to do about it.</param>
    /// <param name="innerException">What the driver said.</param>
    public DeviceException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
