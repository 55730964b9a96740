using ILGPU.StandIn;

namespace ILGPU;

/// <summary>The group of the running thread.</summary>
public static class Group
{
    public static int IdxX => RunningThread.Current.ThreadIndex.X;

    public static int IdxY => RunningThread.Current.ThreadIndex.Y;

    public static int IdxZ => RunningThread.Current.ThreadIndex.Z;

    public static Index3D Index => RunningThread.Current.ThreadIndex;

    public static int DimX => RunningThread.Current.Group.Config.GroupDim.X;

    public static int DimY => RunningThread.Current.Group.Config.GroupDim.Y;

    public static int DimZ => RunningThread.Current.Group.Config.GroupDim.Z;

    public static Index3D Dimension => RunningThread.Current.Group.Config.GroupDim;

    public static int LinearIndex => (IdxZ * DimY + IdxY) * DimX + IdxX;

    public static void Barrier() => RunningThread.Current.Wait();
}
