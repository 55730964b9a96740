using NetCompiler;
using NetCompiler.Runtime;

namespace Gallery.Data;

/// <summary>A graph with a vector of features and a class for each node.</summary>
/// <param name="Features">(nodes, features).</param>
/// <param name="Labels">A class for each node.</param>
/// <param name="ClassNames">What the classes are called.</param>
/// <param name="Edges">Pairs of nodes, each once, without loops.</param>
internal sealed record NodeGraph(
    float[] Features, int[] Labels, IReadOnlyList<string> ClassNames, IReadOnlyList<(int A, int B)> Edges)
{
    private const int CoraPapers = 2708;
    private const int CoraWords = 1433;
    private const int CoraEdges = 5278;
    private const int Members = 34;

    /// <summary>How many nodes there are.</summary>
    public int Count => Labels.Length;

    /// <summary>
    /// The adjacency with loops, D^−1/2 (A + I) D^−1/2 with the degrees D, row by row in CSR, as the paper normalises it.
    /// </summary>
    public (int[] Offsets, int[] Columns, float[] Weights) Normalized()
    {
        var neighbours = Enumerable.Range(0, Count).Select(i => new SortedSet<int> { i }).ToArray();
        foreach (var (a, b) in Edges)
        {
            neighbours[a].Add(b);
            neighbours[b].Add(a);
        }
        var offsets = new int[Count + 1];
        for (var i = 0; i < Count; i++)
            offsets[i + 1] = offsets[i] + neighbours[i].Count;
        return (
            offsets,
            [.. neighbours.SelectMany(n => n)],
            [.. neighbours.SelectMany((n, i) => n.Select(j => (float)(1 / Math.Sqrt((double)n.Count * neighbours[j].Count))))]);
    }

    /// <summary>Cora: papers, their words, who cites whom; else a graph of the same size that is drawn.</summary>
    /// <param name="data">Where data is from.</param>
    /// <exception cref="MalformedFileException">A file is damaged.</exception>
    public static NodeGraph Cora(GalleryData data)
    {
        if (data.FindFile("graph", "cora.content") is not { } content || data.FindFile("graph", "cora.cites") is not { } cites)
        {
            data.Replace($"Cora: not found, so a graph of {CoraPapers} nodes of seven classes drawn by this program is used");
            return Drawn(CoraPapers, CoraWords, CoraEdges, 7);
        }
        var indices = new Dictionary<string, int>();
        var classes = new List<string>();
        var features = new float[CoraPapers * CoraWords];
        var labels = new int[CoraPapers];
        var lines = TextFile.ReadLines(content);
        if (lines.Count != CoraPapers)
            throw new MalformedFileException(content, "lines", CoraPapers, lines.Count);
        for (var i = 0; i < lines.Count; i++)
        {
            var fields = lines[i].Split('\t');
            if (fields.Length != CoraWords + 2)
                throw new MalformedFileException(content, $"line {i + 1}", $"{CoraWords + 2} fields", $"{fields.Length} fields");
            if (!indices.TryAdd(fields[0], i))
                throw new MalformedFileException(content, $"line {i + 1}", "a paper of its own", $"{fields[0]} again");
            labels[i] = classes.IndexOf(fields[^1]) is >= 0 and var known ? known : classes.Count;
            if (labels[i] == classes.Count)
                classes.Add(fields[^1]);
            var words = fields.AsSpan(1, CoraWords);
            var count = 0;
            for (var w = 0; w < words.Length; w++)
            {
                if (words[w] is not ("0" or "1"))
                    throw new MalformedFileException(content, $"line {i + 1}, word {w}", "0 or 1", words[w]);
                count += words[w] == "1" ? 1 : 0;
            }
            // The words of a paper add up to 1.
            for (var w = 0; w < words.Length; w++)
                features[i * CoraWords + w] = words[w] == "1" ? 1f / count : 0;
        }
        if (classes.Count != 7)
            throw new MalformedFileException(content, "classes", 7, classes.Count);
        var edges = Pairs(cites, (text, line) => indices.TryGetValue(text, out var index)
            ? index
            : throw new MalformedFileException(cites, $"line {line}", "a paper that cora.content has", text));
        if (edges.Count > CoraEdges)
            throw new MalformedFileException(cites, "citations between different papers", $"at most {CoraEdges}", edges.Count);
        data.Use($"Cora, {CoraPapers} papers and {edges.Count} pairs of which one cites the other, from {Path.GetDirectoryName(content)}");
        return new NodeGraph(features, labels, classes, edges);
    }

    /// <summary>Zachary's karate club (1977): who meets whom, and whom each followed when it split; else a graph that is drawn.</summary>
    /// <param name="data">Where data is from.</param>
    /// <exception cref="MalformedFileException">A file is damaged.</exception>
    public static NodeGraph Karate(GalleryData data)
    {
        if (data.FindFile("graph", "karate.edges.tsv") is not { } ties || data.FindFile("graph", "karate.clubs.tsv") is not { } clubs)
        {
            data.Replace($"Karate club: not found, so a graph of {Members} nodes of two classes drawn by this program is used");
            var drawn = Drawn(Members, Members, 78, 2);
            return drawn with { Features = Identity() };
        }
        string[] names = ["Mr. Hi", "Officer"];
        var labels = new int[Members];
        Array.Fill(labels, -1);
        foreach (var (line, i) in TextFile.ReadLines(clubs).Select((l, i) => (l, i + 1)))
        {
            var fields = line.Split('\t');
            if (fields.Length != 2 || Array.IndexOf(names, fields[1]) is not (>= 0 and var side))
                throw new MalformedFileException(clubs, $"line {i}", "a member, and Mr. Hi or Officer", line);
            labels[Member(fields[0], clubs, i)] = side;
        }
        if (labels.Contains(-1))
            throw new MalformedFileException(clubs, "members", $"{Members}", $"{labels.Count(l => l >= 0)}");
        var edges = Pairs(ties, (text, line) => Member(text, ties, line));
        if (edges.Count > 78)
            throw new MalformedFileException(ties, "ties", "at most 78", edges.Count);
        data.Use($"Zachary's karate club, {Members} members and {edges.Count} ties, from {Path.GetDirectoryName(ties)}");
        return new NodeGraph(Identity(), labels, names, edges);
    }

    private static int Member(string text, string path, int line) => int.TryParse(text, out var member) && member is >= 0 and < Members
        ? member
        : throw new MalformedFileException(path, $"line {line}", $"a member from 0 to {Members - 1}", text);

    private static float[] Identity() => [.. Enumerable.Range(0, Members * Members).Select(i => i / Members == i % Members ? 1f : 0f)];

    private static List<(int A, int B)> Pairs(string path, Func<string, int, int> node)
    {
        var pairs = new SortedSet<(int, int)>();
        foreach (var (line, i) in TextFile.ReadLines(path).Select((l, i) => (l, i + 1)))
        {
            var fields = line.Split('\t');
            if (fields.Length < 2)
                throw new MalformedFileException(path, $"line {i}", "two nodes, separated by a tab", line);
            var (a, b) = (node(fields[0], i), node(fields[1], i));
            if (a != b)
                pairs.Add((Math.Min(a, b), Math.Max(a, b)));
        }
        return [.. pairs];
    }

    /// <summary>Nodes of one class are neighbours eight times in ten, and share their words more often than not.</summary>
    private static NodeGraph Drawn(int count, int words, int edgeCount, int classes)
    {
        var random = new RandomStream(1, "graph");
        int Below(int n) => (int)(random.NextDouble() * n);
        var labels = Enumerable.Range(0, count).Select(i => i % classes).ToArray();
        var features = new float[count * words];
        for (var i = 0; i < count; i++)
        {
            for (var k = 0; k < 18; k++)
                features[i * words + (Below(10) < 3 ? (Below(words / classes) * classes + labels[i]) % words : Below(words))] = 1f / 18;
        }
        var edges = new SortedSet<(int, int)>();
        while (edges.Count < edgeCount)
        {
            var a = Below(count);
            var b = Below(10) < 8 ? Below(count / classes) * classes + labels[a] : Below(count);
            if (a != b && b < count)
                edges.Add((Math.Min(a, b), Math.Max(a, b)));
        }
        return new NodeGraph(features, labels, [.. Enumerable.Range(0, classes).Select(c => $"class {c}")], [.. edges]);
    }
}
