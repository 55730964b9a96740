namespace NetCompiler;

/// <summary>
/// What the methods of a network compute with. It stands for values that are known only when the network runs, and holds none itself:
/// there is no instance of it. Operators work element by element; where extents differ, one of them is 1, whose element is then used all
/// along (as in NumPy). A number meets every element.
/// </summary>
public sealed class Tensor
{
    private Tensor()
    {
    }

    /// <summary>The sum.</summary>
    /// <param name="left">A tensor.</param>
    /// <param name="right">A tensor.</param>
    public static Tensor operator +(Tensor left, Tensor right) => throw Layers.NotRun();

    /// <summary>The difference.</summary>
    /// <param name="left">A tensor.</param>
    /// <param name="right">A tensor.</param>
    public static Tensor operator -(Tensor left, Tensor right) => throw Layers.NotRun();

    /// <summary>The product, element by element.</summary>
    /// <param name="left">A tensor.</param>
    /// <param name="right">A tensor.</param>
    public static Tensor operator *(Tensor left, Tensor right) => throw Layers.NotRun();

    /// <summary>The quotient, element by element.</summary>
    /// <param name="left">A tensor.</param>
    /// <param name="right">A tensor.</param>
    public static Tensor operator /(Tensor left, Tensor right) => throw Layers.NotRun();

    /// <summary>The sum with a number.</summary>
    /// <param name="left">A tensor.</param>
    /// <param name="right">A number.</param>
    public static Tensor operator +(Tensor left, double right) => throw Layers.NotRun();

    /// <summary>The sum with a number.</summary>
    /// <param name="left">A number.</param>
    /// <param name="right">A tensor.</param>
    public static Tensor operator +(double left, Tensor right) => throw Layers.NotRun();

    /// <summary>The difference from a number.</summary>
    /// <param name="left">A tensor.</param>
    /// <param name="right">A number.</param>
    public static Tensor operator -(Tensor left, double right) => throw Layers.NotRun();

    /// <summary>The difference of a number.</summary>
    /// <param name="left">A number.</param>
    /// <param name="right">A tensor.</param>
    public static Tensor operator -(double left, Tensor right) => throw Layers.NotRun();

    /// <summary>The product with a number.</summary>
    /// <param name="left">A tensor.</param>
    /// <param name="right">A number.</param>
    public static Tensor operator *(Tensor left, double right) => throw Layers.NotRun();

    /// <summary>The product with a number.</summary>
    /// <param name="left">A number.</param>
    /// <param name="right">A tensor.</param>
    public static Tensor operator *(double left, Tensor right) => throw Layers.NotRun();

    /// <summary>The quotient by a number.</summary>
    /// <param name="left">A tensor.</param>
    /// <param name="right">A number.</param>
    public static Tensor operator /(Tensor left, double right) => throw Layers.NotRun();

    /// <summary>The quotient of a number.</summary>
    /// <param name="left">A number.</param>
    /// <param name="right">A tensor.</param>
    public static Tensor operator /(double left, Tensor right) => throw Layers.NotRun();

    /// <summary>The negative.</summary>
    /// <param name="operand">A tensor.</param>
    public static Tensor operator -(Tensor operand) => throw Layers.NotRun();

    /// <summary>1 where left &lt; right, else 0; no gradient passes.</summary>
    /// <param name="left">A tensor.</param>
    /// <param name="right">A tensor.</param>
    public static Tensor operator <(Tensor left, Tensor right) => throw Layers.NotRun();

    /// <summary>1 where left &lt; right, else 0; no gradient passes.</summary>
    /// <param name="left">A tensor.</param>
    /// <param name="right">A number.</param>
    public static Tensor operator <(Tensor left, double right) => throw Layers.NotRun();

    /// <summary>1 where left &lt; right, else 0; no gradient passes.</summary>
    /// <param name="left">A number.</param>
    /// <param name="right">A tensor.</param>
    public static Tensor operator <(double left, Tensor right) => throw Layers.NotRun();

    /// <summary>1 where left &gt; right, else 0; no gradient passes.</summary>
    /// <param name="left">A tensor.</param>
    /// <param name="right">A tensor.</param>
    public static Tensor operator >(Tensor left, Tensor right) => throw Layers.NotRun();

    /// <summary>1 where left &gt; right, else 0; no gradient passes.</summary>
    /// <param name="left">A tensor.</param>
    /// <param name="right">A number.</param>
    public static Tensor operator >(Tensor left, double right) => throw Layers.NotRun();

    /// <summary>1 where left &gt; right, else 0; no gradient passes.</summary>
    /// <param name="left">A number.</param>
    /// <param name="right">A tensor.</param>
    public static Tensor operator >(double left, Tensor right) => throw Layers.NotRun();

    /// <summary>1 where left ≤ right, else 0; no gradient passes.</summary>
    /// <param name="left">A tensor.</param>
    /// <param name="right">A tensor.</param>
    public static Tensor operator <=(Tensor left, Tensor right) => throw Layers.NotRun();

    /// <summary>1 where left ≤ right, else 0; no gradient passes.</summary>
    /// <param name="left">A tensor.</param>
    /// <param name="right">A number.</param>
    public static Tensor operator <=(Tensor left, double right) => throw Layers.NotRun();

    /// <summary>1 where left ≤ right, else 0; no gradient passes.</summary>
    /// <param name="left">A number.</param>
    /// <param name="right">A tensor.</param>
    public static Tensor operator <=(double left, Tensor right) => throw Layers.NotRun();

    /// <summary>1 where left ≥ right, else 0; no gradient passes.</summary>
    /// <param name="left">A tensor.</param>
    /// <param name="right">A tensor.</param>
    public static Tensor operator >=(Tensor left, Tensor right) => throw Layers.NotRun();

    /// <summary>1 where left ≥ right, else 0; no gradient passes.</summary>
    /// <param name="left">A tensor.</param>
    /// <param name="right">A number.</param>
    public static Tensor operator >=(Tensor left, double right) => throw Layers.NotRun();

    /// <summary>1 where left ≥ right, else 0; no gradient passes.</summary>
    /// <param name="left">A number.</param>
    /// <param name="right">A tensor.</param>
    public static Tensor operator >=(double left, Tensor right) => throw Layers.NotRun();
}
