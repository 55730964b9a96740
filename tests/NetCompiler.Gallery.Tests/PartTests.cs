using Gallery.Data;
using Gallery.Systems.Boxes;
using Gallery.Systems.CourseCnn;
using Gallery.Systems.LeNet;
using Gallery.Systems.Translation;
using Gallery.Systems.Vgg;
using Gallery.Systems.Yolo;
using Gallery.Text;
using NetCompiler.Detection;

namespace NetCompiler.Gallery.Tests;

/// <summary>What systems consist of, against numbers that are known.</summary>
public class PartTests
{
    [Fact]
    public void TheCoursesNetworkHasTheParametersOfTheCourse() => Assert.Equal(4, CourseCnnSystem.Count(out _));

    [Fact]
    public void LeNet5HasTheNumbersOfItsPaper()
    {
        Assert.Equal((6, 6), LeNetSystem.Counts());
        Assert.Equal(30, DepthwiseSubsampling.Description.ParameterCount);
    }

    [Fact]
    public void Vgg16HasTheParametersOfItsPaper()
    {
        Assert.Equal(138_357_544, Vgg16.Description.ParameterCount);
        Assert.Equal(138_357_544, ConvolutionalVgg16.Description.ParameterCount);
        Assert.Equal([1000, 2, 3], WideVgg16.Description.Outputs[0].Shape);
    }

    [Fact]
    public void BoxesAgreeWithPaper() =>
        Assert.All(HandCases.All(), c => Assert.True(c.Agrees, $"{c.Name}: expected {c.Expected}, computed {c.Computed}"));

    [Fact]
    public void WhatIsWrittenToTheGridIsReadFromIt()
    {
        const int Cells = CellYolo.Rows * CellYolo.Columns;
        var box = new Box(50, 60, 90, 120);
        var scores = new float[8 * Cells];
        YoloGrid.Write(box, 1, scores);
        for (var i = 0; i < Cells; i++)
            scores[i] = 20 * scores[i] - 10;
        var found = Assert.Single(YoloGrid.Read(scores));
        Assert.Equal(1, found.Class);
        Assert.True(found.Box.IntersectionOverUnion(box) > 0.999);
    }

    [Fact]
    public void AFolderWithoutFilesIsNoDataSet()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(Path.Combine(folder.Path, "mnist"));

        var data = new GalleryData(folder.Path, quick: true);

        Assert.NotEqual(0, data.Digits().Train.Count);
        Assert.DoesNotContain(folder.Path, Assert.Single(data.Sources), StringComparison.Ordinal);
    }

    [Fact]
    public void StonesWithoutLibertiesAreTaken()
    {
        var board = GoBoard.Parse(
            ".X...",
            "XO...",
            ".....",
            ".....",
            ".....");
        Assert.Equal(2, board.Liberties(6));
        Assert.Equal(0, board.Play(7));
        board.Pass();
        Assert.True(board.Captures(11));
        Assert.Equal(1, board.Play(11));
        Assert.Equal(0, board[6]);
    }

    [Fact]
    public void AKoIsNotRetakenAtOnce()
    {
        var board = GoBoard.Parse(
            ".XO..",
            "X.XO.",
            ".XO..",
            ".....",
            ".....");
        board.Pass();
        // White takes the stone at 7.
        Assert.Equal(1, board.Play(6));
        Assert.Equal(7, board.Ko);
        Assert.False(board.IsLegal(7));
        Assert.False(board.Captures(7));
        board.Play(24);
        board.Play(20);
        Assert.True(board.Captures(7));
    }

    [Fact]
    public void SuicideIsNotAllowedUnlessItTakes()
    {
        Assert.False(GoBoard.Parse(".O...", "O....", ".....", ".....", ".....").IsLegal(0));
        // Both white stones have their last liberty at 0.
        Assert.True(GoBoard.Parse(".OX..", "OX...", "X....", ".....", ".....").IsLegal(0));
    }

    [Fact]
    public void GroupsShareTheirLiberties()
    {
        var board = GoBoard.Parse(
            ".OO..",
            ".OXX.",
            "..X..",
            ".....",
            ".....");
        Assert.Equal(4, board.Liberties(1));
        Assert.Equal(board.Liberties(1), board.Liberties(6));
    }

    [Theory]
    [InlineData(0, "zero")]
    [InlineData(17, "seventeen")]
    [InlineData(90, "ninety")]
    [InlineData(805, "eight hundred five")]
    [InlineData(20_012, "twenty thousand twelve")]
    [InlineData(99_999, "ninety nine thousand nine hundred ninety nine")]
    public void NumbersInWords(int number, string words) => Assert.Equal(words, StringPair.Words(number));

    [Fact]
    public void StringsFitTheNetworkAndAreDifferent()
    {
        var pairs = StringPair.Draw(3_000, seed: 4);
        Assert.Equal(pairs.Count, pairs.Select(p => p.Source).Distinct().Count());
        Assert.All(pairs, p => Assert.InRange(p.Source.Length, 1, Translator.SourceLength));
        Assert.All(pairs, p => Assert.InRange(p.Target.Length, 1, Translator.TargetLength - 1));
        Assert.All(pairs, p => Assert.Equal(p.Source, string.Concat(StringPair.Encode(p.Source, p.Source.Length).Select(StringPair.Decode))));
    }

    [Fact]
    public void TrigramsThatAreCertainCostNothing()
    {
        // 0 1 2 0 1 2 …: after some repetitions nothing is left to chance.
        var text = Enumerable.Range(0, 3_000).Select(i => i % 3).ToArray();
        Assert.InRange(new TrigramModel(text, 3).BitsPerCharacter(text), 0, 0.01);
        // Behind a context that was never seen, a character is as likely as the shorter contexts say.
        Assert.InRange(new TrigramModel(text, 3).BitsPerCharacter([2, 2, 0]), 0, 0.01);
    }

    [Fact]
    public void AToneIsInItsBand()
    {
        var sound = new WaveFile([.. Enumerable.Range(0, 22_050).Select(i => (float)Math.Sin(2 * Math.PI * 1_000 * i / 22_050))], 22_050);
        var spectrogram = LogMel.Of(sound);
        var loudest = Enumerable.Range(0, LogMel.Bands).MaxBy(b => spectrogram[b * LogMel.Frames + 20]);
        // 1 kHz is 1 000 mel; the bands' middles are from 156 to 2 770 mel, 67 apart.
        Assert.Equal(1_000, Mel(60) + (Mel(8_000) - Mel(60)) * (loudest + 1) / (LogMel.Bands + 1), 40.0);

        static double Mel(double hertz) => 2595 * Math.Log10(1 + hertz / 700);
    }

    [Fact]
    public void TheNormalizedAdjacencyHasOneAsItsLargestEigenvalue()
    {
        var graph = NodeGraph.Karate(new GalleryData(null, quick: true));
        var (offsets, columns, weights) = graph.Normalized();
        Assert.Equal(34 + 2 * graph.Edges.Count, columns.Length);
        // Of the roots of the degrees, with loops, it makes themselves.
        var degrees = Enumerable.Range(0, 34).Select(i => Math.Sqrt(offsets[i + 1] - offsets[i])).ToArray();
        for (var i = 0; i < 34; i++)
            Assert.Equal(degrees[i], Enumerable.Range(offsets[i], offsets[i + 1] - offsets[i]).Sum(e => weights[e] * degrees[columns[e]]), 1e-5);
    }
}
