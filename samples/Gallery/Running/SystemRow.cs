namespace Gallery.Running;

/// <summary>A run of a system, as tables and <c>results.json</c> show it.</summary>
/// <param name="System">The system.</param>
/// <param name="Scores">Its figures; empty where it failed.</param>
/// <param name="Expectations">What they have to be.</param>
/// <param name="Data">What data it used.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="IsJudged">Whether figures count: in full, on data that were found.</param>
/// <param name="Failure">What went wrong; null for nothing.</param>
internal sealed record SystemRow(
    ISystem System, IReadOnlyList<Score> Scores, IReadOnlyList<Expectation> Expectations, IReadOnlyList<string> Data, double Seconds,
    bool IsJudged, string? Failure = null)
{
    /// <summary>The file of its page.</summary>
    public string Page => System.Name + ".html";

    /// <summary>Whether it failed, or one of its figures is not what it has to be.</summary>
    public bool FallsShort =>
        Failure is not null || IsJudged && (Expectations.Count == 0 || Expectations.Any(e => !e.IsMetBy(Value(e.Figure))));

    /// <summary>In a word, how it went.</summary>
    public string Verdict => Failure is not null ? "failed" : !IsJudged ? "not judged" : FallsShort ? "falls short" : "reached";

    /// <summary>What a figure has to be; null where the file says nothing of it.</summary>
    /// <param name="score">The figure.</param>
    public Expectation? Expected(Score score) => Expectations.FirstOrDefault(e => e.Figure == score.Name);

    /// <summary>What a figure has to be, as text.</summary>
    /// <param name="score">The figure.</param>
    public string Wanted(Score score) => Expected(score)?.Write(score) ?? "–";

    private double Value(string figure) => Scores.FirstOrDefault(s => s.Name == figure)?.Value ?? double.NaN;
}
