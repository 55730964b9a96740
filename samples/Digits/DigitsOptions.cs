namespace Digits;

/// <summary>What the command line asks for.</summary>
internal sealed record DigitsOptions(
    string? Data, string Network, int Epochs, int Batch, ulong Seed, int Threads, bool Resume, string Output, float LearningRate,
    string? Log, bool Profile)
{
    /// <summary>What a run that was ended goes on from: beside the weights.</summary>
    public string Checkpoint => Path.ChangeExtension(Output, ".checkpoint");

    /// <summary>What the run is reported in: beside the weights.</summary>
    public string Report => Path.ChangeExtension(Output, ".html");
}
