namespace NetCompiler;

/// <summary>What a parameter begins as.</summary>
public enum Initializer
{
    /// <summary>All 0.</summary>
    Zeros,

    /// <summary>All 1.</summary>
    Ones,

    /// <summary>All <see cref="ParameterInfo.InitialValue"/>.</summary>
    Constant,

    /// <summary>
    /// Normal with mean 0 and variance 2 / fan-in, for layers before ReLU and its kin (He, Zhang, Ren, Sun: Delving Deep into
    /// Rectifiers, ICCV 2015).
    /// </summary>
    HeNormal,

    /// <summary>
    /// Uniform in ±√(6 / (fan-in + fan-out)), for all other layers (Glorot, Bengio: Understanding the difficulty of training deep
    /// feedforward neural networks, AISTATS 2010).
    /// </summary>
    GlorotUniform,
}
