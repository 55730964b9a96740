using Gallery.Data;
using Gallery.Running;

namespace NetCompiler.Gallery.Tests;

/// <summary>Data that is damaged is told, with the file and the place; nothing is used in its stead.</summary>
public class DamagedDataTests
{
    [Fact]
    public void AFolderThatIsNotThere() =>
        Assert.Throws<DirectoryNotFoundException>(() => new GalleryData("/nowhere/at/all", quick: true).Digits());

    [Fact]
    public void ASetThatLacksAFile()
    {
        using var folder = new TemporaryFolder();
        folder.Write("mnist/train-images-idx3-ubyte", "");

        Assert.ThrowsAny<IOException>(() => new GalleryData(folder.Path, quick: true).Digits());
    }

    [Theory]
    [InlineData("0\t40\t1", "line 1", "a member from 0 to 33")]
    [InlineData("0 1 1", "line 1", "two nodes")]
    [InlineData("", "length", "at least one line")]
    public void TiesOfTheKarateClub(string ties, string field, string expected)
    {
        using var folder = new TemporaryFolder();
        folder.Write("graph/karate.edges.tsv", ties);
        folder.Write("graph/karate.clubs.tsv", string.Concat(Enumerable.Range(0, 34).Select(i => $"{i}\tOfficer\n")));

        var exception = Assert.Throws<MalformedFileException>(() => NodeGraph.Karate(new GalleryData(folder.Path, quick: true)));

        Assert.Equal(field, exception.Field);
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void PapersOfCora()
    {
        using var folder = new TemporaryFolder();
        folder.Write("graph/cora.content", "1\t0\t1\tTheory\n");
        folder.Write("graph/cora.cites", "1\t2\n");

        var exception = Assert.Throws<MalformedFileException>(() => NodeGraph.Cora(new GalleryData(folder.Path, quick: true)));

        Assert.Contains("2708", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnArchiveOfPhotographs()
    {
        using var folder = new TemporaryFolder();
        folder.Write("detection/bccd-subset.tar.gz", "this is no archive");

        Assert.Throws<MalformedFileException>(() => BloodCells.Load(new GalleryData(folder.Path, quick: true), 64, 48, 1, 1));
    }

    [Fact]
    public void AWaveFile()
    {
        Assert.Contains("RIFF WAVE", Assert.Throws<MalformedFileException>(() => WaveFile.Decode("RIFX"u8, "a.wav")).Message, StringComparison.Ordinal);
        Assert.Contains("data chunk", Assert.Throws<MalformedFileException>(() => WaveFile.Decode("RIFF\0\0\0\0WAVE"u8, "a.wav")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[", "JSON")]
    [InlineData("""{ "mlp": { "accuracy": { "about": 1 } } }""", "atLeast or atMost")]
    public void Expected(string json, string expected)
    {
        using var folder = new TemporaryFolder();

        var exception = Assert.Throws<MalformedFileException>(() => Expectations.Load(folder.Write("expected.json", json)));

        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void PaintedCellsHaveTheirBoxesWithinThePicture()
    {
        var pictures = BloodCells.Paint(3, 256, 192, seed: 5);
        Assert.All(pictures, p => Assert.All(p.Boxes, b => Assert.True(b.Left >= 0 && b.Top >= 0 && b.Right <= 256.01f && b.Bottom <= 192.01f)));
        Assert.All(pictures, p => Assert.Equal(p.Boxes.Count, p.Classes.Count));
        Assert.All(pictures, p => Assert.True(p.Boxes.Count > 3));
    }
}
