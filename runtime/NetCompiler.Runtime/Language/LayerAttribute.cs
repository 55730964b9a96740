namespace NetCompiler;

/// <summary>A layer: reads what the layer before it computes.</summary>
public abstract class LayerAttribute : DeclarationAttribute
{
    private protected LayerAttribute()
    {
    }

    /// <summary>
    /// The layer's name, which is also that of its weights in files ("name.weight"): letters, digits and underscores, unique in
    /// the network. Default: its kind and a number that counts the layers of that kind, "conv1", "conv2".
    /// </summary>
    public string Name { get; set; } = "";
}
