namespace NetCompiler.Gpu;

/// <summary>A row of the table.</summary>
/// <param name="Network">The network.</param>
/// <param name="Pass">"predict", or "train" for a step.</param>
/// <param name="Batch">Samples.</param>
/// <param name="Precision">The precision, ours and that of the peers beside it.</param>
/// <param name="Ours">Our microseconds, with everything on the device.</param>
/// <param name="WithCopies">The same as users call it, with copies of samples and results.</param>
/// <param name="PeakShare">Multiply-adds of the direct algorithm, over the device's peak in single precision.</param>
internal sealed record Row(string Network, string Pass, int Batch, Precision Precision, double Ours, double WithCopies, double PeakShare)
{
    /// <summary>What a precision is called in the table, and in the names of PyTorch's forms.</summary>
    public static string NameOf(Precision precision) => precision switch
    {
        Precision.Tf32 => "tf32",
        Precision.BFloat16 => "bf16",
        _ => "fp32",
    };
}
