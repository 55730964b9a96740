using System.Collections.Immutable;

namespace NetCompiler.Compiler.Diagnostics;

/// <summary>A rule that a declaration can break.</summary>
/// <param name="Id">Its id, NCnnnn; the page docs/diagnostics/NCnnnn.md explains it.</param>
/// <param name="Title">What is wrong, in general.</param>
/// <param name="MessageFormat">What is wrong in this case, a composite format string over the arguments.</param>
public sealed record Rule(string Id, string Title, string MessageFormat);

/// <summary>A broken rule.</summary>
/// <param name="Rule">Which one.</param>
/// <param name="Layer">Index into <see cref="Language.NetworkSpec.Layers"/> of the layer it is about; −1 for the class as a whole.</param>
/// <param name="Argument">The layer's argument it is about, if it is about one.</param>
/// <param name="MessageArguments">What goes into the message.</param>
public sealed record NetworkDiagnostic(Rule Rule, int Layer, string? Argument, ImmutableArray<string> MessageArguments)
{
    /// <summary>The message with its arguments.</summary>
    public string Message => string.Format(System.Globalization.CultureInfo.InvariantCulture, Rule.MessageFormat, [.. MessageArguments]);

    /// <inheritdoc/>
    public bool Equals(NetworkDiagnostic? other) =>
        other is not null && Rule == other.Rule && Layer == other.Layer && Argument == other.Argument
        && MessageArguments.SequenceEqual(other.MessageArguments);

    /// <inheritdoc/>
    public override int GetHashCode() => (Rule.Id.GetHashCode() * 31 + Layer) * 31 + Message.GetHashCode();
}

/// <summary>Ends the compilation of a network whose declaration breaks a rule.</summary>
public sealed class NetworkException(NetworkDiagnostic diagnostic) : Exception($"{diagnostic.Rule.Id}: {diagnostic.Message}")
{
    /// <summary>What is wrong, and where.</summary>
    public NetworkDiagnostic Diagnostic { get; } = diagnostic;
}
