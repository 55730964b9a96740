using NetCompiler.Language.Tests.Networks;
using NetCompiler.Training;
using NetCompiler.Training.Data;

namespace NetCompiler.Language.Tests;

/// <summary>Training of what has several inputs, several targets, or none; losses of validation.</summary>
public class FitTests
{
    private static readonly FitOptions s_options = new() { BatchSize = 8, Threads = 1, Seed = 3 };

    [Fact]
    public void SeveralInputsAndTargetsAreTrained()
    {
        var (train, test) = (PairsOf(70, 1), PairsOf(30, 2));
        using var net = new Pairs(seed: 1);
        var before = net.Evaluate(test, threads: 1).Loss;
        var history = net.Fit(train, new Adam(0.02f), 20, s_options with { Validation = test });

        Assert.True(history.Last!.Loss < history.Epochs[0].Loss);
        Assert.True(history.Last.ValidationLoss < before);
        Assert.Equal(LossOf(net, test), history.Last.ValidationLoss, 1e-5);
        // The same bits by way of a loader, whatever the number of threads.
        using var loader = new DataLoader(train, new DataLoaderOptions { Threads = 3 });
        using var again = new Pairs(seed: 1);
        again.Fit(loader, new Adam(0.02f), 20, s_options with { Threads = 3 });
        Assert.Equal(net.Parameters.ToArray(), again.Parameters.ToArray());
    }

    [Fact]
    public void WithoutTargetsTheInputIsTheTarget()
    {
        var images = Numbers.Draw(6 * 40, 7);
        var alone = new InMemoryDataset([SampleArray.Of(images, [6])]);
        using var net = new Autoencoder(seed: 5);
        using var other = new Autoencoder(seed: 5);
        var history = net.Fit(alone, new Adam(0.01f), 10, s_options with { Validation = alone });
        other.Fit(InMemoryDataset.FromFloats(images, [6], images, [6]), new Adam(0.01f), 10, s_options);

        Assert.True(history.Last!.ValidationLoss < history.Epochs[0].ValidationLoss);
        Assert.Equal(other.Parameters.ToArray(), net.Parameters.ToArray());
    }

    [Fact]
    public void ALossOfInputsOfItsOwnIsTrainedAndEvaluated()
    {
        var data = new InMemoryDataset(
            [Floats("anchor", 5, 40, 1), Floats("positive", 5, 40, 2), Floats("negative", 5, 40, 3)]);
        using var net = new Triplets(seed: 2);
        var history = net.Fit(data, new Adam(0.01f), 5, s_options with { Validation = data });

        var embedded = new[] { 1, 2, 3 }.Select(seed => net.Embed(Numbers.Draw(5 * 40, seed))).ToArray();
        var expected = Enumerable.Range(0, 40).Average(i => Math.Max(0, Distance(i, 1) - Distance(i, 2) + 0.5));
        // Dropout does nothing outside of training.
        Assert.Equal(expected, history.Last!.ValidationLoss, 1e-5);

        double Distance(int i, int other) =>
            Enumerable.Range(3 * i, 3).Sum(k => Math.Pow((double)embedded[0][k] - embedded[other][k], 2));
    }

    [Fact]
    public void ALossBehindProbabilitiesIsEvaluatedAsItIsDeclared()
    {
        var samples = Numbers.Draw(4 * 21, 4);
        int[] labels = [.. Enumerable.Range(0, 21).Select(i => i % 3)];
        using var net = new Classes(seed: 1);
        var probabilities = net.Predict(samples);
        var expected = Enumerable.Range(0, 21).Average(i => -Enumerable.Range(0, 3).Sum(c =>
            ((c == labels[i] ? 0.8 : 0) + 0.2 / 3) * Math.Log(probabilities[3 * i + c])));
        Assert.Equal(expected, net.Evaluate(InMemoryDataset.FromFloats(samples, [4], labels), batchSize: 8).Loss, 1e-6);

        using var answers = new Answers(seed: 1);
        float[] targets = [.. Enumerable.Range(0, 63).Select(i => i % 2f)];
        var yes = answers.Predict(samples);
        var entropy = Enumerable.Range(0, 63).Average(i => -Math.Log(targets[i] > 0 ? yes[i] : 1 - (double)yes[i]));
        Assert.Equal(entropy, answers.Evaluate(InMemoryDataset.FromFloats(samples, [4], targets, [3]), batchSize: 8).Loss, 1e-6);
        // Where rounding takes a probability to 0 or 1, the loss is large, and a number.
        answers.Parameters.Fill(500);
        answers.ParametersChanged();
        Assert.InRange(answers.Evaluate(InMemoryDataset.FromFloats(samples, [4], targets, [3])).Loss, 10, 100);
    }

    [Fact]
    public void WhatDoesNotFitIsNamed()
    {
        using var net = new Pairs();
        Refuse("takes 4 tensors a sample (numbers, words, wanted, label), the data set has 3 (numbers, words, wanted)",
            new InMemoryDataset([Floats("numbers", 4, 5, 1), Words(5)], Floats("wanted", 2, 5, 1)));
        Refuse("the network's input 'words' is Int32 (3), the data set's samples are Float32 (3)",
            new InMemoryDataset([Floats("numbers", 4, 5, 1), Floats("words", 3, 5, 1)], Floats("wanted", 2, 5, 1), SampleArray.Labels(new int[5])));
        Refuse("'label' with targets of Int32, a number a sample, the data set's targets are Float32 (2)",
            new InMemoryDataset([Floats("numbers", 4, 5, 1), Words(5)], Floats("wanted", 2, 5, 1), Floats("label", 2, 5, 1)));

        void Refuse(string message, IDataset data) =>
            Assert.Contains(message, Assert.Throws<ArgumentException>(() => net.Fit(data, new Sgd(0.1f), 1)).Message);
    }

    [Fact]
    public void EvaluationAllocatesNothing()
    {
        var data = PairsOf(8, 1);
        using var net = new Pairs();
        using var trainer = new Trainer(net, data, new Sgd(0.1f), 100, s_options);
        trainer.TrainStep();
        trainer.FinishEpoch();
        var before = GC.GetAllocatedBytesForCurrentThread();
        trainer.TrainStep();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static InMemoryDataset PairsOf(int count, int seed)
    {
        var numbers = Numbers.Draw(4 * count, seed);
        float[] wanted = [.. Enumerable.Range(0, count).SelectMany(i => new[] { numbers[4 * i] - numbers[4 * i + 1], 0.5f * numbers[4 * i + 2] })];
        int[] words = [.. Enumerable.Range(0, 3 * count).Select(i => i * 7 % 5)];
        int[] labels = [.. Enumerable.Range(0, count).Select(i => words[3 * i] % 3)];
        return new InMemoryDataset(
            [SampleArray.Of(numbers, [4], "numbers"), SampleArray.Of(words, [3], "words")],
            SampleArray.Of(wanted, [2], "wanted"), SampleArray.Labels(labels, "label"));
    }

    private static double LossOf(Pairs net, InMemoryDataset data)
    {
        int[] all = [.. Enumerable.Range(0, data.Count)];
        var (numbers, words) = (new float[4 * data.Count], new int[3 * data.Count]);
        var (wanted, labels) = (new float[2 * data.Count], new int[data.Count]);
        data.CopyInputs<float>(all, numbers);
        data.CopyInputs<int>(all, words, input: 1);
        data.CopyTargets<float>(all, wanted);
        data.CopyTargets<int>(all, labels, target: 1);
        var (value, scores) = net.Judge(numbers, words);
        var squares = value.Zip(wanted, (v, w) => Math.Pow((double)v - w, 2)).Average();
        return squares + 0.5 * all.Average(i =>
        {
            var sum = Math.Log(Enumerable.Range(3 * i, 3).Sum(k => Math.Exp(scores[k])));
            return Enumerable.Range(0, 3).Sum(c => ((c == labels[i] ? 0.9 : 0) + 0.1 / 3) * (sum - scores[3 * i + c]));
        });
    }

    private static SampleArray Floats(string name, int length, int count, int seed) =>
        SampleArray.Of(Numbers.Draw(length * count, seed), [length], name);

    private static SampleArray Words(int count) => SampleArray.Of(new int[3 * count], [3], "words");
}
