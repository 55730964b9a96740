namespace NetCompiler.Training;

/// <summary>Makes gradients smaller before the optimiser sees them.</summary>
public interface IGradientClipping
{
    /// <summary>Changes the gradients of a step.</summary>
    /// <param name="gradients">Those of all parameters, changed in place.</param>
    /// <param name="norm">Their Euclidean norm, a finite number.</param>
    void Clip(Span<float> gradients, double norm);
}
