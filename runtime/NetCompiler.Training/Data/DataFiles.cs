namespace NetCompiler.Training.Data;

/// <summary>Finds data files that may be packed.</summary>
internal static class DataFiles
{
    /// <summary>The file of that name, or the same packed (name.gz); null where there is neither.</summary>
    public static string? Find(string directory, string name)
    {
        var plain = Path.Combine(directory, name);
        if (File.Exists(plain))
            return plain;
        var packed = plain + ".gz";
        return File.Exists(packed) ? packed : null;
    }

    public static string Require(string directory, string name) =>
        Find(directory, name) ?? throw new FileNotFoundException($"{directory}: expected {name} or {name}.gz, found neither.", name);
}
