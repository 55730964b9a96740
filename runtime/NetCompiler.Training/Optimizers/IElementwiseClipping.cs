namespace NetCompiler.Training;

/// <summary>Clipping that does the same with every gradient: a factor, and behind that a limit. Devices do it while parameters move.</summary>
internal interface IElementwiseClipping : IGradientClipping
{
    /// <summary>The factor, 1 for none, and the largest magnitude, infinite for none.</summary>
    /// <param name="norm">The norm of all gradients.</param>
    (float Scale, float Limit) Of(double norm);
}
