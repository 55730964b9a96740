using NetCompiler.Training.Reports;

namespace Gallery.Running;

/// <summary>What a system brought.</summary>
/// <param name="Scores">Its figures; the first is the one that it is known by.</param>
/// <param name="Sections">What its page shows below the figures.</param>
internal sealed record SystemResult(IReadOnlyList<Score> Scores, IReadOnlyList<IReportElement> Sections);
