using NetCompiler.Fuzz.Fuzzing;
using NetCompiler.Fuzz.Targets;

namespace NetCompiler.Fuzz.Tests;

/// <summary>The first cases of the full run, which a command does (see the project's help): always the same.</summary>
public class FormatTests
{
    private const int Cases = 4000;

    public static TheoryData<string> Formats => [.. FuzzTargets.Names];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Damaged_files_are_read_or_clearly_refused(string format)
    {
        using var target = FuzzTargets.Create(format);

        var report = new Fuzzer(target, seed: 1, FuzzLimits.Default).Run(0, Cases);

        Assert.Empty(report.Failures.Select(failure => $"--format {format} --seed 1 --case {failure.Case}: {failure.Reason}"));
        Assert.Equal(Cases, report.Cases);
        // Cases that are all refused, or all read, find nothing.
        Assert.InRange(report.Answers, Cases / 100, Cases / 2);
        Assert.Equal(Cases, report.Answers + report.Refusals.Values.Sum());
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Seeds_and_cases_are_the_same_each_time(string format)
    {
        using var one = FuzzTargets.Create(format);
        using var other = FuzzTargets.Create(format);
        Assert.Equal(one.Seeds, other.Seeds);
        var (first, again) = (new Fuzzer(one, 7, FuzzLimits.Default), new Fuzzer(other, 7, FuzzLimits.Default));
        for (var i = 0; i < 50; i++)
            Assert.Equal(first.Create(i), again.Create(i));
        Assert.NotEqual(first.Create(1), first.Create(2));
        Assert.NotEqual(first.Create(1), new Fuzzer(one, 8, FuzzLimits.Default).Create(1));
    }
}
