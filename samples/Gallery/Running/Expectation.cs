namespace Gallery.Running;

/// <summary>What a figure has to be.</summary>
/// <param name="Figure">The figure's name.</param>
/// <param name="Bound">The number that it is held against.</param>
/// <param name="IsLeast">Whether it has to be that or more, rather than that or less.</param>
internal sealed record Expectation(string Figure, double Bound, bool IsLeast)
{
    /// <summary>Whether a figure is what it has to be. NaN never is.</summary>
    /// <param name="value">The figure.</param>
    public bool IsMetBy(double value) => IsLeast ? value >= Bound : value <= Bound;

    /// <summary>The expectation as text.</summary>
    /// <param name="score">The figure, which says how its numbers are written.</param>
    public string Write(Score score) => (IsLeast ? "≥ " : "≤ ") + score.Write(Bound);
}
