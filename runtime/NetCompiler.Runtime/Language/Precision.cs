namespace NetCompiler;

/// <summary>How closely what a network computes has to follow the definition of its layers.</summary>
public enum Precision
{
    /// <summary>
    /// Single precision, by whatever algorithm is fastest. Convolutions by Winograd's minimal filtering round off more than a sum of
    /// products does; they are chosen where their error is estimated to stay below 2e-5 of the largest result.
    /// </summary>
    Default,

    /// <summary>Single precision, and every convolution as the sum of products that defines it.</summary>
    Strict,
}
