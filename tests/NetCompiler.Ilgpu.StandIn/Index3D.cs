namespace ILGPU;

public readonly record struct Index3D(int X, int Y, int Z)
{
    public int Size => X * Y * Z;
}
