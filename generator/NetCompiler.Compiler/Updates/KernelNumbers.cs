using NetCompiler.Compiler.Kernels;
using NetCompiler.Runtime;
using NetCompiler.UpdateRules;

namespace NetCompiler.Compiler.Updates;

/// <summary>The expressions of a kernel as the numbers of an <see cref="IUpdateRule"/>.</summary>
/// <param name="builder">Takes what is kept.</param>
/// <param name="numbers">The numbers of the step, those of the clipping first.</param>
internal readonly struct KernelNumbers(KernelBuilder builder, Expression[] numbers) : IUpdateArithmetic<Expression>
{
    private const double MinNormal = 1.17549435e-38;

    public Expression Scalar(int index) => numbers[UpdateLayout.FirstScalar + index];

    public Expression Constant(float value) => Kernels.Constant.Float(value);

    public Expression Keep(string name, Expression value) => builder.Let(name, value);

    public Expression Flush(string name, Expression value)
    {
        var exact = builder.Let(name + "Exact", value);
        var isTiny = new Comparison(ComparisonFunction.Less, new Unary(UnaryFunction.Abs, exact), Kernels.Constant.Float(MinNormal));
        return builder.Let(name, new Selection(isTiny, Kernels.Constant.Float(0), exact));
    }

    public Expression Add(Expression left, Expression right) => new Binary(BinaryFunction.Add, left, right);

    public Expression Subtract(Expression left, Expression right) => new Binary(BinaryFunction.Subtract, left, right);

    public Expression Multiply(Expression left, Expression right) => new Binary(BinaryFunction.Multiply, left, right);

    public Expression Divide(Expression left, Expression right) => new Binary(BinaryFunction.Divide, left, right);

    public Expression Max(Expression left, Expression right) => new Binary(BinaryFunction.Max, left, right);

    public Expression SquareRoot(Expression operand) => new Unary(UnaryFunction.Sqrt, operand);
}
