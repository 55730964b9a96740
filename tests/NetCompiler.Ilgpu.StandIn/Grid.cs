using ILGPU.StandIn;

namespace ILGPU;

/// <summary>The grid of the running thread.</summary>
public static class Grid
{
    public static int IdxX => RunningThread.Current.Group.Index.X;

    public static int IdxY => RunningThread.Current.Group.Index.Y;

    public static int IdxZ => RunningThread.Current.Group.Index.Z;

    public static Index3D Index => RunningThread.Current.Group.Index;

    public static int DimX => RunningThread.Current.Group.Config.GridDim.X;

    public static int DimY => RunningThread.Current.Group.Config.GridDim.Y;

    public static int DimZ => RunningThread.Current.Group.Config.GridDim.Z;

    public static Index3D Dimension => RunningThread.Current.Group.Config.GridDim;
}
