using NetCompiler.Compiler.Ops;
using NetCompiler.Compiler.Passes;

namespace NetCompiler.Compiler.Tests.Operators;

/// <summary>Shape rules, and that every operator's tensor expression is well-formed.</summary>
public sealed class ShapeRuleTests
{
    public static TheoryData<string> Operators => [.. OperatorCatalogue.Operators.Select(o => o.Name)];

    [Theory]
    [MemberData(nameof(Operators))]
    public void TypesOfResultsAreInferred(string name)
    {
        var cases = OperatorCatalogue.CasesOf(OperatorCatalogue.Operators.Single(o => o.Name == name));
        Assert.True(cases.Length > 0, $"{name} has no case in {nameof(OperatorCatalogue)}.");
        foreach (var @case in cases)
        {
            var inferred = @case.Operator.Infer(new OperatorContext(@case.Attributes, @case.Inputs));
            Assert.Equal(string.Join("; ", @case.Results), string.Join("; ", inferred));
        }
    }

    [Theory]
    [MemberData(nameof(Operators))]
    public void ExpressionsAreWellFormed(string name)
    {
        foreach (var @case in OperatorCatalogue.CasesOf(OperatorCatalogue.Operators.Single(o => o.Name == name)))
        {
            var context = new OperatorContext(@case.Attributes, @case.Inputs);
            VerifyGraph.VerifyExpression(@case.Operator.Define(context), @case.Inputs, @case.Results);
        }
    }

    [Fact]
    public void ResultsAfterTheFirstHaveDifferentNames()
    {
        foreach (var @operator in OperatorCatalogue.Operators)
        {
            var results = OperatorCatalogue.CasesOf(@operator).Max(c => c.Results.Length);
            var names = Enumerable.Range(1, results - 1).Select(@operator.ResultName).ToList();
            Assert.Equal(names.Count, names.Distinct().Count());
        }
    }
}
