namespace NetCompiler;

/// <summary>
/// The words of the language as functions, for networks in graph form (<see cref="ForwardAttribute"/>): <c>using static
/// NetCompiler.Layers;</c>. Each does what the attribute of its name does. The compiler reads calls of them; they never run, and throw
/// where they do.
/// </summary>
public static class Layers
{
    /// <summary>Convolution over an image or a signal; see <see cref="ConvAttribute"/>.</summary>
    /// <param name="input">(C, H, W) or (C, L).</param>
    /// <param name="channels">Output channels, 1 or more.</param>
    /// <param name="kernel">The kernel's size, 1 or more.</param>
    /// <param name="stride">Elements between windows, 1 or more. Default 1.</param>
    /// <param name="padding">Zeros on each side, 0 or more, or <see cref="Padding.Same"/>. Default 0.</param>
    /// <param name="dilation">Elements between the kernel's taps, 1 or more. Default 1.</param>
    /// <param name="groups">Groups of input and output channels.</param>
    /// <param name="bias">True for a bias on each output channel.</param>
    /// <param name="connections">
    /// A table of which output channels read which inputs; see <see cref="ConvAttribute.Connections"/>.
    /// </param>
    /// <param name="name">The layer's name; null for that of the variable it is declared as, or conv1, conv2, ….</param>
    /// <returns>(channels, H', W').</returns>
    public static Tensor Conv(
        Tensor input, int channels, Size2D kernel, Size2D stride = default, Size2D padding = default, Size2D dilation = default,
        int groups = 1, bool bias = true, string connections = "", string? name = null) => throw NotRun();

    /// <summary>Fully connected layer; see <see cref="DenseAttribute"/>.</summary>
    /// <param name="input">(n).</param>
    /// <param name="units">Outputs, 1 or more.</param>
    /// <param name="bias">True for a bias on each output.</param>
    /// <param name="name">The layer's name; null for that of the variable it is declared as, or dense1, dense2, ….</param>
    /// <returns>(units).</returns>
    public static Tensor Dense(Tensor input, int units, bool bias = true, string? name = null) => throw NotRun();

    /// <summary>Simple recurrent layer; see <see cref="RnnAttribute"/>.</summary>
    /// <param name="input">(steps, features).</param>
    /// <param name="units">Elements of the state, 1 or more.</param>
    /// <param name="returnSequences">True for the states of all steps, false for the last one.</param>
    /// <param name="bidirectional">True for a second cell that begins at the end.</param>
    /// <param name="activation">"Tanh" or "Relu".</param>
    /// <param name="lengths">
    /// One integer for each sample, 0 to steps: how many steps of its sequence there are. Its last state is that of the last of these, at
    /// which also the second cell begins, and the states of others are 0, as with PyTorch's packed sequences. Null where all have all steps.
    /// </param>
    /// <param name="name">The layer's name.</param>
    /// <returns>(units), or with <paramref name="returnSequences"/> (steps, units); twice the units with <paramref name="bidirectional"/>.</returns>
    public static Tensor Rnn(
        Tensor input, int units, bool returnSequences = false, bool bidirectional = false, string activation = "Tanh", Tensor? lengths = null,
        string? name = null) =>
        throw NotRun();

    /// <summary>Long short-term memory; see <see cref="LstmAttribute"/>.</summary>
    /// <param name="input">(steps, features).</param>
    /// <param name="units">Elements of the state, 1 or more.</param>
    /// <param name="returnSequences">True for the states of all steps, false for the last one.</param>
    /// <param name="bidirectional">True for a second cell that begins at the end.</param>
    /// <param name="lengths">
    /// One integer for each sample, 0 to steps: how many steps of its sequence there are. Its last state is that of the last of these, at
    /// which also the second cell begins, and the states of others are 0, as with PyTorch's packed sequences. Null where all have all steps.
    /// </param>
    /// <param name="name">The layer's name.</param>
    /// <returns>(units), or with <paramref name="returnSequences"/> (steps, units); twice the units with <paramref name="bidirectional"/>.</returns>
    public static Tensor Lstm(
        Tensor input, int units, bool returnSequences = false, bool bidirectional = false, Tensor? lengths = null,
        string? name = null) =>
        throw NotRun();

    /// <summary>Gated recurrent unit; see <see cref="GruAttribute"/>.</summary>
    /// <param name="input">(steps, features).</param>
    /// <param name="units">Elements of the state, 1 or more.</param>
    /// <param name="returnSequences">True for the states of all steps, false for the last one.</param>
    /// <param name="bidirectional">True for a second cell that begins at the end.</param>
    /// <param name="lengths">
    /// One integer for each sample, 0 to steps: how many steps of its sequence there are. Its last state is that of the last of these, at
    /// which also the second cell begins, and the states of others are 0, as with PyTorch's packed sequences. Null where all have all steps.
    /// </param>
    /// <param name="name">The layer's name.</param>
    /// <returns>(units), or with <paramref name="returnSequences"/> (steps, units); twice the units with <paramref name="bidirectional"/>.</returns>
    public static Tensor Gru(
        Tensor input, int units, bool returnSequences = false, bool bidirectional = false, Tensor? lengths = null,
        string? name = null) =>
        throw NotRun();

    /// <summary>The largest of each window; see <see cref="MaxPoolAttribute"/>.</summary>
    /// <param name="input">(C, H, W).</param>
    /// <param name="window">The window's size, 1 or more.</param>
    /// <param name="stride">Elements between windows, 1 or more. Default: the window's size.</param>
    /// <param name="padding">Padding on each side, 0 or more, or <see cref="Padding.Same"/>. Default 0.</param>
    /// <param name="ceil">True where a last window may hang over the end.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>(C, H', W').</returns>
    public static Tensor MaxPool(
        Tensor input, Size2D window, Size2D stride = default, Size2D padding = default, bool ceil = false, string? name = null) =>
        throw NotRun();

    /// <summary>The mean of each window; see <see cref="AveragePoolAttribute"/>.</summary>
    /// <param name="input">(C, H, W).</param>
    /// <param name="window">The window's size, 1 or more.</param>
    /// <param name="stride">Elements between windows, 1 or more. Default: the window's size.</param>
    /// <param name="padding">Padding on each side, 0 or more, or <see cref="Padding.Same"/>. Default 0.</param>
    /// <param name="ceil">True where a last window may hang over the end.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>(C, H', W').</returns>
    public static Tensor AveragePool(
        Tensor input, Size2D window, Size2D stride = default, Size2D padding = default, bool ceil = false, string? name = null) =>
        throw NotRun();

    /// <summary>Trainable subsampling; see <see cref="SubsampleAttribute"/>.</summary>
    /// <param name="input">(C, H, W).</param>
    /// <param name="window">The window's size, 1 or more.</param>
    /// <param name="stride">Elements between windows, 1 or more. Default: the window's size.</param>
    /// <param name="padding">Zeros on each side, 0 or more, or <see cref="Padding.Same"/>. Default 0.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>(C, H', W').</returns>
    public static Tensor Subsample(
        Tensor input, Size2D window, Size2D stride = default, Size2D padding = default, string? name = null) => throw NotRun();

    /// <summary>The mean of each channel; see <see cref="GlobalAveragePoolAttribute"/>.</summary>
    /// <param name="input">(C, H, W).</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>(C).</returns>
    public static Tensor GlobalAveragePool(Tensor input, string? name = null) => throw NotRun();

    /// <summary>A vector of an image; see <see cref="FlattenAttribute"/>.</summary>
    /// <param name="input">(C, H, W).</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>(C · H · W).</returns>
    public static Tensor Flatten(Tensor input, string? name = null) => throw NotRun();

    /// <summary>A trained vector for each member of a vocabulary; see <see cref="EmbeddingAttribute"/>.</summary>
    /// <param name="input">Integers (T), from 0 to vocabulary − 1.</param>
    /// <param name="vocabulary">How many members there are, 1 or more.</param>
    /// <param name="width">The elements of a vector, 1 or more.</param>
    /// <param name="paddingIndex">The member that pads, whose vector is not trained; −1 for none.</param>
    /// <param name="name">The layer's name; null for that of the variable it is declared as, or embedding1, embedding2, ….</param>
    /// <returns>(T, width).</returns>
    public static Tensor Embedding(Tensor input, int vocabulary, int width, int paddingIndex = -1, string? name = null) => throw NotRun();

    /// <summary>The rows of a tensor that integers name, sample by sample; PyTorch's index_select along the first axis.</summary>
    /// <param name="input">(S, …).</param>
    /// <param name="indices">Integers (E), from 0 to S − 1.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>(E, …).</returns>
    public static Tensor Gather(Tensor input, Tensor indices, string? name = null) => throw NotRun();

    /// <summary>Multi-head self-attention; see <see cref="MultiHeadAttentionAttribute"/>.</summary>
    /// <param name="input">(T, E).</param>
    /// <param name="heads">How many heads look each at their part of the features; it divides E.</param>
    /// <param name="causal">True where a step looks at itself and earlier steps only.</param>
    /// <param name="bias">True for biases of both projections.</param>
    /// <param name="lengths">
    /// One integer for each sample, 0 to T: steps from there on are not looked at, as with a key_padding_mask of PyTorch. Null where all are.
    /// </param>
    /// <param name="name">The layer's name.</param>
    /// <returns>(T, E).</returns>
    public static Tensor MultiHeadAttention(
        Tensor input, int heads, bool causal = false, bool bias = true, Tensor? lengths = null, string? name = null) => throw NotRun();

    /// <summary>
    /// Multi-head attention of a sequence on another one, as a decoder looks at what an encoder has made: PyTorch's
    /// MultiheadAttention(query, context, context). Its parameters are in_proj_weight (3E, E), or where C is not E q_proj_weight (E, E),
    /// k_proj_weight (E, C) and v_proj_weight (E, C); in_proj_bias (3E), out_proj.weight (E, E) and out_proj.bias (E).
    /// </summary>
    /// <param name="query">What looks, (T, E).</param>
    /// <param name="context">What is looked at, (K, C).</param>
    /// <param name="heads">How many heads look each at their part of the features; it divides E.</param>
    /// <param name="bias">True for biases of all projections.</param>
    /// <param name="lengths">
    /// One integer for each sample, 0 to K: steps of the context from there on are not looked at. A step that finds nothing to look at takes 0
    /// of it. Null where all are there.
    /// </param>
    /// <param name="name">The layer's name; null for that of the variable it is declared as, or crossattention1, crossattention2, ….</param>
    /// <returns>(T, E).</returns>
    public static Tensor CrossAttention(
        Tensor query, Tensor context, int heads, bool bias = true, Tensor? lengths = null, string? name = null) => throw NotRun();

    /// <summary>A trained vector for each step, added; see <see cref="PositionEmbeddingAttribute"/>.</summary>
    /// <param name="input">(T, F).</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>(T, F).</returns>
    public static Tensor PositionEmbedding(Tensor input, string? name = null) => throw NotRun();

    /// <summary>A trained step before a sequence; see <see cref="ClassTokenAttribute"/>.</summary>
    /// <param name="input">(T, F).</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>(T + 1, F).</returns>
    public static Tensor ClassToken(Tensor input, string? name = null) => throw NotRun();

    /// <summary>Normally distributed random numbers; see <see cref="NormalAttribute"/>.</summary>
    /// <param name="input">Of any shape; its values do not matter.</param>
    /// <param name="mean">The mean.</param>
    /// <param name="deviation">The standard deviation, 0 or more.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>Of the same shape.</returns>
    public static Tensor Normal(Tensor input, double mean = 0, double deviation = 1, string? name = null) => throw NotRun();

    /// <summary>Random numbers from <paramref name="min"/> to <paramref name="max"/>; see <see cref="UniformAttribute"/>.</summary>
    /// <param name="input">Of any shape; its values do not matter.</param>
    /// <param name="min">The smallest number.</param>
    /// <param name="max">What numbers are less than.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>Of the same shape.</returns>
    public static Tensor Uniform(Tensor input, double min = 0, double max = 1, string? name = null) => throw NotRun();

    /// <summary>
    /// Graph convolution (Kipf and Welling, 2017): A · x · Wᵀ + b, with the adjacency A of each sample in CSR. Weights (units, F), bias
    /// (units).
    /// </summary>
    /// <param name="nodes">The nodes' features, (S, F).</param>
    /// <param name="offsets">Integers (S + 1): where the edges of each row begin, and where the last one's end, at most E.</param>
    /// <param name="columns">Integers (E), from 0 to S − 1: the node at which each edge begins. Behind the last row's edges they say nothing.</param>
    /// <param name="values">(E): what is multiplied with along each edge.</param>
    /// <param name="units">Features of a node in the result, 1 or more.</param>
    /// <param name="aggregation">What a node makes of what its edges bring: "Sum", "Mean" or "Max"; 0 where it has none.</param>
    /// <param name="bias">True for a bias on each feature.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>(S, units).</returns>
    public static Tensor GraphConv(
        Tensor nodes, Tensor offsets, Tensor columns, Tensor values, int units, string aggregation = "Sum", bool bias = true,
        string? name = null) => throw NotRun();

    /// <summary>The axes of a sample in another order; see <see cref="PermuteAttribute"/>.</summary>
    /// <param name="input">Of any shape.</param>
    /// <param name="axes">Each axis of the input once, counted from 0 without the batch.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>Axis i is axis <paramref name="axes"/>[i] of the input.</returns>
    public static Tensor Permute(Tensor input, int[] axes, string? name = null) => throw NotRun();

    /// <summary>The last two axes of a sample exchanged; see <see cref="TransposeAttribute"/>.</summary>
    /// <param name="input">(…, I, J).</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>(…, J, I).</returns>
    public static Tensor Transpose(Tensor input, string? name = null) => throw NotRun();

    /// <summary>The matrix product of two tensors, sample by sample, as PyTorch's matmul; nothing is broadcast.</summary>
    /// <param name="a">(…, I, K).</param>
    /// <param name="b">(…, K, J), its other extents those of <paramref name="a"/>.</param>
    /// <param name="name">The layer's name; null for that of the variable it is declared as, or matmul1, matmul2, ….</param>
    /// <returns>(…, I, J).</returns>
    public static Tensor MatMul(Tensor a, Tensor b, string? name = null) => throw NotRun();

    /// <summary>max(x, 0); see <see cref="ReluAttribute"/>.</summary>
    /// <param name="input">Of any shape.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>Of the same shape.</returns>
    public static Tensor Relu(Tensor input, string? name = null) => throw NotRun();

    /// <summary>x, or slope · x where it is negative; see <see cref="LeakyReluAttribute"/>.</summary>
    /// <param name="input">Of any shape.</param>
    /// <param name="slope">What negative numbers are multiplied with.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>Of the same shape.</returns>
    public static Tensor LeakyRelu(Tensor input, double slope = 0.01, string? name = null) => throw NotRun();

    /// <summary>1 / (1 + e⁻ˣ); see <see cref="SigmoidAttribute"/>.</summary>
    /// <param name="input">Of any shape.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>Of the same shape.</returns>
    public static Tensor Sigmoid(Tensor input, string? name = null) => throw NotRun();

    /// <summary>The hyperbolic tangent; see <see cref="TanhAttribute"/>.</summary>
    /// <param name="input">Of any shape.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>Of the same shape.</returns>
    public static Tensor Tanh(Tensor input, string? name = null) => throw NotRun();

    /// <summary>Probabilities over the channels; see <see cref="SoftmaxAttribute"/>.</summary>
    /// <param name="input">Of any shape.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>Of the same shape.</returns>
    public static Tensor Softmax(Tensor input, string? name = null) => throw NotRun();

    /// <summary>x, or alpha · (eˣ − 1) where it is negative; see <see cref="EluAttribute"/>.</summary>
    /// <param name="input">Of any shape.</param>
    /// <param name="alpha">The limit of negative numbers is −alpha; 0 or more.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>Of the same shape.</returns>
    public static Tensor Elu(Tensor input, double alpha = 1, string? name = null) => throw NotRun();

    /// <summary>The scaled exponential linear unit; see <see cref="SeluAttribute"/>.</summary>
    /// <param name="input">Of any shape.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>Of the same shape.</returns>
    public static Tensor Selu(Tensor input, string? name = null) => throw NotRun();

    /// <summary>x · Φ(x); see <see cref="GeluAttribute"/>.</summary>
    /// <param name="input">Of any shape.</param>
    /// <param name="approximate">True for the form with the hyperbolic tangent.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>Of the same shape.</returns>
    public static Tensor Gelu(Tensor input, bool approximate = false, string? name = null) => throw NotRun();

    /// <summary>x / (1 + e⁻ˣ), also called swish; see <see cref="SiluAttribute"/>.</summary>
    /// <param name="input">Of any shape.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>Of the same shape.</returns>
    public static Tensor Silu(Tensor input, string? name = null) => throw NotRun();

    /// <summary>ln(1 + e^(beta · x)) / beta; see <see cref="SoftplusAttribute"/>.</summary>
    /// <param name="input">Of any shape.</param>
    /// <param name="beta">How sharply it bends at zero; 1e-6 to 1e6.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>Of the same shape.</returns>
    public static Tensor Softplus(Tensor input, double beta = 1, string? name = null) => throw NotRun();

    /// <summary>min(max(x + 3, 0), 6) / 6; see <see cref="HardSigmoidAttribute"/>.</summary>
    /// <param name="input">Of any shape.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>Of the same shape.</returns>
    public static Tensor HardSigmoid(Tensor input, string? name = null) => throw NotRun();

    /// <summary>x · min(max(x + 3, 0), 6) / 6; see <see cref="HardSwishAttribute"/>.</summary>
    /// <param name="input">Of any shape.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>Of the same shape.</returns>
    public static Tensor HardSwish(Tensor input, string? name = null) => throw NotRun();

    /// <summary>x, or a trained slope · x where it is negative; see <see cref="PReluAttribute"/>.</summary>
    /// <param name="input">Of any shape.</param>
    /// <param name="perChannel">True for a slope for each channel, false for one.</param>
    /// <param name="slope">What slopes begin as.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>Of the same shape.</returns>
    public static Tensor PRelu(Tensor input, bool perChannel = false, double slope = 0.25, string? name = null) => throw NotRun();

    /// <summary>eˣ; see <see cref="ExpAttribute"/>.</summary>
    /// <param name="input">Of any shape.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>Of the same shape.</returns>
    public static Tensor Exp(Tensor input, string? name = null) => throw NotRun();

    /// <summary>The natural logarithm; see <see cref="LogAttribute"/>.</summary>
    /// <param name="input">Of any shape.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>Of the same shape.</returns>
    public static Tensor Log(Tensor input, string? name = null) => throw NotRun();

    /// <summary>√x; see <see cref="SqrtAttribute"/>.</summary>
    /// <param name="input">Of any shape.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>Of the same shape.</returns>
    public static Tensor Sqrt(Tensor input, string? name = null) => throw NotRun();

    /// <summary>x²; see <see cref="SquareAttribute"/>.</summary>
    /// <param name="input">Of any shape.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>Of the same shape.</returns>
    public static Tensor Square(Tensor input, string? name = null) => throw NotRun();

    /// <summary>x raised to a constant power; see <see cref="PowerAttribute"/>.</summary>
    /// <param name="input">Of any shape.</param>
    /// <param name="exponent">The power; finite.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>Of the same shape.</returns>
    public static Tensor Power(Tensor input, double exponent, string? name = null) => throw NotRun();

    /// <summary>|x|; see <see cref="AbsAttribute"/>.</summary>
    /// <param name="input">Of any shape.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>Of the same shape.</returns>
    public static Tensor Abs(Tensor input, string? name = null) => throw NotRun();

    /// <summary>x within limits; see <see cref="ClipAttribute"/>.</summary>
    /// <param name="input">Of any shape.</param>
    /// <param name="min">The least number.</param>
    /// <param name="max">The largest number, not less than <paramref name="min"/>.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>Of the same shape.</returns>
    public static Tensor Clip(
        Tensor input, double min = double.NegativeInfinity, double max = double.PositiveInfinity, string? name = null) =>
        throw NotRun();

    /// <summary>The smaller of left and right, element by element. Where they are equal, each gets half of the gradient, as in PyTorch.</summary>
    /// <param name="left">Of any shape.</param>
    /// <param name="right">Of the same shape, but for extents of 1.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>The larger shape.</returns>
    public static Tensor Minimum(Tensor left, Tensor right, string? name = null) => throw NotRun();

    /// <summary>The larger of left and right, element by element. Where they are equal, each gets half of the gradient, as in PyTorch.</summary>
    /// <param name="left">Of any shape.</param>
    /// <param name="right">Of the same shape, but for extents of 1.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>The larger shape.</returns>
    public static Tensor Maximum(Tensor left, Tensor right, string? name = null) => throw NotRun();

    /// <summary>1 where left = right, else 0, element by element; no gradient passes.</summary>
    /// <param name="left">Of any shape.</param>
    /// <param name="right">Of the same shape, but for extents of 1.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>The larger shape.</returns>
    public static Tensor Equal(Tensor left, Tensor right, string? name = null) => throw NotRun();

    /// <summary>1 where left ≠ right, else 0, element by element; no gradient passes.</summary>
    /// <param name="left">Of any shape.</param>
    /// <param name="right">Of the same shape, but for extents of 1.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>The larger shape.</returns>
    public static Tensor NotEqual(Tensor left, Tensor right, string? name = null) => throw NotRun();

    /// <summary>1 where left &lt; right, else 0, element by element; no gradient passes.</summary>
    /// <param name="left">Of any shape.</param>
    /// <param name="right">Of the same shape, but for extents of 1.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>The larger shape.</returns>
    public static Tensor Less(Tensor left, Tensor right, string? name = null) => throw NotRun();

    /// <summary>1 where left ≤ right, else 0, element by element; no gradient passes.</summary>
    /// <param name="left">Of any shape.</param>
    /// <param name="right">Of the same shape, but for extents of 1.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>The larger shape.</returns>
    public static Tensor LessOrEqual(Tensor left, Tensor right, string? name = null) => throw NotRun();

    /// <summary>1 where left &gt; right, else 0, element by element; no gradient passes.</summary>
    /// <param name="left">Of any shape.</param>
    /// <param name="right">Of the same shape, but for extents of 1.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>The larger shape.</returns>
    public static Tensor Greater(Tensor left, Tensor right, string? name = null) => throw NotRun();

    /// <summary>1 where left ≥ right, else 0, element by element; no gradient passes.</summary>
    /// <param name="left">Of any shape.</param>
    /// <param name="right">Of the same shape, but for extents of 1.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>The larger shape.</returns>
    public static Tensor GreaterOrEqual(Tensor left, Tensor right, string? name = null) => throw NotRun();

    /// <summary><paramref name="left"/> where <paramref name="condition"/> is not 0, else <paramref name="right"/>, element by element.</summary>
    /// <param name="condition">Of any shape; no gradient passes.</param>
    /// <param name="left">Of the same shape, but for extents of 1.</param>
    /// <param name="right">Of the same shape, but for extents of 1.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>The largest shape.</returns>
    public static Tensor Where(Tensor condition, Tensor left, Tensor right, string? name = null) => throw NotRun();

    /// <summary>Scale · x + shift; see <see cref="AffineAttribute"/>. Operators with numbers are the same.</summary>
    /// <param name="input">Of any shape.</param>
    /// <param name="scale">What elements are multiplied with.</param>
    /// <param name="shift">What is added.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>Of the same shape.</returns>
    public static Tensor Affine(Tensor input, double scale, double shift = 0, string? name = null) => throw NotRun();

    /// <summary>Elements set to zero at random while training; see <see cref="DropoutAttribute"/>.</summary>
    /// <param name="input">Of any shape.</param>
    /// <param name="rate">The probability, 0 or more and less than 1.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>Of the same shape.</returns>
    public static Tensor Dropout(Tensor input, double rate = 0.5, string? name = null) => throw NotRun();

    /// <summary>Batch normalisation of each channel; see <see cref="BatchNormAttribute"/>.</summary>
    /// <param name="input">Of any shape.</param>
    /// <param name="momentum">How much of the running statistics each batch replaces.</param>
    /// <param name="epsilon">What is added to the variance.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>Of the same shape.</returns>
    public static Tensor BatchNorm(Tensor input, double momentum = 0.1, double epsilon = 1e-5, string? name = null) => throw NotRun();

    /// <summary>left + right; the operator + is the same.</summary>
    /// <param name="left">Of any shape.</param>
    /// <param name="right">Of the same shape, but for extents of 1.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>The larger shape.</returns>
    public static Tensor Add(Tensor left, Tensor right, string? name = null) => throw NotRun();

    /// <summary>left − right; the operator − is the same.</summary>
    /// <param name="left">Of any shape.</param>
    /// <param name="right">Of the same shape, but for extents of 1.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>The larger shape.</returns>
    public static Tensor Subtract(Tensor left, Tensor right, string? name = null) => throw NotRun();

    /// <summary>left · right, element by element; the operator * is the same.</summary>
    /// <param name="left">Of any shape.</param>
    /// <param name="right">Of the same shape, but for extents of 1.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>The larger shape.</returns>
    public static Tensor Multiply(Tensor left, Tensor right, string? name = null) => throw NotRun();

    /// <summary>left / right, element by element; the operator / is the same.</summary>
    /// <param name="left">Of any shape.</param>
    /// <param name="right">Of the same shape, but for extents of 1.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>The larger shape.</returns>
    public static Tensor Divide(Tensor left, Tensor right, string? name = null) => throw NotRun();

    /// <summary>Tensors behind one another along an axis of a sample. Keras: Concatenate; PyTorch: cat, whose axis counts the batch.</summary>
    /// <param name="inputs">One or more, whose other extents agree.</param>
    /// <param name="axis">0, the default, for channels of images and elements of vectors.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>The extents along the axis added up.</returns>
    public static Tensor Concatenate(Tensor[] inputs, int axis = 0, string? name = null) => throw NotRun();

    /// <summary>A part of a tensor along an axis of a sample; see <see cref="SliceAttribute"/>.</summary>
    /// <param name="input">Of any shape.</param>
    /// <param name="start">The first element along the axis, 0 or more.</param>
    /// <param name="size">How many, 1 or more.</param>
    /// <param name="axis">0, the default, for channels of images and elements of vectors.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>Of the same shape, but for the axis.</returns>
    public static Tensor Slice(Tensor input, int start, int size, int axis = 0, string? name = null) => throw NotRun();

    /// <summary>
    /// A tensor in parts along an axis of a sample, which are taken apart, <c>var (a, b) = Split(x, parts: 2);</c>, or indexed. Either
    /// <paramref name="parts"/> or <paramref name="sizes"/> are given. PyTorch: chunk, split; Keras: ops.split.
    /// </summary>
    /// <param name="input">Of any shape, floats or integers.</param>
    /// <param name="parts">How many equal parts; it divides the extent.</param>
    /// <param name="sizes">The extents of the parts, 1 or more, whose sum is the extent.</param>
    /// <param name="axis">0, the default, for channels of images and elements of vectors.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>The parts in their order; of the same shape, but for the axis.</returns>
    public static Tensor[] Split(Tensor input, int parts = 0, int[]? sizes = null, int axis = 0, string? name = null) => throw NotRun();

    /// <summary>Transposed two-dimensional convolution; see <see cref="ConvTransposeAttribute"/>.</summary>
    /// <param name="input">(C, H, W).</param>
    /// <param name="channels">Output channels, 1 or more.</param>
    /// <param name="kernel">The kernel's size, 1 or more.</param>
    /// <param name="stride">Output elements between input elements, 1 or more. Default 1.</param>
    /// <param name="padding">Elements that are cut off on each side, 0 or more. Default 0.</param>
    /// <param name="outputPadding">Rows more at the bottom and columns more at the right, less than the stride. Default 0.</param>
    /// <param name="dilation">Elements between the kernel's taps, 1 or more. Default 1.</param>
    /// <param name="groups">Groups of input and output channels.</param>
    /// <param name="bias">True for a bias on each output channel.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>(channels, H', W').</returns>
    public static Tensor ConvTranspose(
        Tensor input, int channels, Size2D kernel, Size2D stride = default, Size2D padding = default, Size2D outputPadding = default,
        Size2D dilation = default, int groups = 1, bool bias = true, string? name = null) => throw NotRun();

    /// <summary>The elements in canonical order in another shape; see <see cref="ReshapeAttribute"/>.</summary>
    /// <param name="input">Of any shape.</param>
    /// <param name="shape">The extents; one of them may be −1.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>Of that shape.</returns>
    public static Tensor Reshape(Tensor input, int[] shape, string? name = null) => throw NotRun();

    /// <summary>Elements around an image; see <see cref="PadAttribute"/>.</summary>
    /// <param name="input">(C, H, W).</param>
    /// <param name="padding">Elements on all sides, in height and width, or top, left, bottom and right.</param>
    /// <param name="mode">What they are.</param>
    /// <param name="value">The number of <see cref="PadMode.Constant"/>.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>(C, top + H + bottom, left + W + right).</returns>
    public static Tensor Pad(
        Tensor input, int[] padding, PadMode mode = PadMode.Constant, double value = 0, string? name = null) => throw NotRun();

    /// <summary>An image of a multiple of its size; see <see cref="UpsampleAttribute"/>.</summary>
    /// <param name="input">(C, H, W).</param>
    /// <param name="scale">The multiples of height and width, 1 to 32.</param>
    /// <param name="mode">What stands between the elements.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>(C, H · scale, W · scale).</returns>
    public static Tensor Upsample(
        Tensor input, Size2D scale, UpsampleMode mode = UpsampleMode.Nearest, string? name = null) => throw NotRun();

    /// <summary>Channels become places; see <see cref="PixelShuffleAttribute"/>.</summary>
    /// <param name="input">(C · factor², H, W).</param>
    /// <param name="factor">The multiple of height and width, 1 or more.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>(C, H · factor, W · factor).</returns>
    public static Tensor PixelShuffle(Tensor input, int factor, string? name = null) => throw NotRun();

    /// <summary>Places become channels; see <see cref="PixelUnshuffleAttribute"/>.</summary>
    /// <param name="input">(C, H · factor, W · factor).</param>
    /// <param name="factor">What height and width are divided by, 1 or more.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>(C · factor², H, W).</returns>
    public static Tensor PixelUnshuffle(Tensor input, int factor, string? name = null) => throw NotRun();

    /// <summary>The largest element of each channel; see <see cref="GlobalMaxPoolAttribute"/>.</summary>
    /// <param name="input">(C, H, W).</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>(C).</returns>
    public static Tensor GlobalMaxPool(Tensor input, string? name = null) => throw NotRun();

    /// <summary>An image of a given size, of means; see <see cref="AdaptiveAveragePoolAttribute"/>.</summary>
    /// <param name="input">(C, H, W).</param>
    /// <param name="size">Height and width, 1 to 64.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>(C, height, width).</returns>
    public static Tensor AdaptiveAveragePool(Tensor input, Size2D size, string? name = null) => throw NotRun();

    /// <summary>Normalisation of each sample; see <see cref="LayerNormAttribute"/>.</summary>
    /// <param name="input">Of any shape.</param>
    /// <param name="epsilon">What is added to the variance.</param>
    /// <param name="affine">True for a trained weight and bias of each element.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>Of the same shape.</returns>
    public static Tensor LayerNorm(Tensor input, double epsilon = 1e-5, bool affine = true, string? name = null) => throw NotRun();

    /// <summary>Normalisation of each channel of each sample; see <see cref="InstanceNormAttribute"/>.</summary>
    /// <param name="input">(C, H, W).</param>
    /// <param name="epsilon">What is added to the variance.</param>
    /// <param name="affine">True for a trained weight and bias of each channel.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>Of the same shape.</returns>
    public static Tensor InstanceNorm(Tensor input, double epsilon = 1e-5, bool affine = false, string? name = null) => throw NotRun();

    /// <summary>Normalisation of groups of channels of each sample; see <see cref="GroupNormAttribute"/>.</summary>
    /// <param name="input">Of any shape.</param>
    /// <param name="groups">Groups of channels, 1 or more; divides the channels.</param>
    /// <param name="epsilon">What is added to the variance.</param>
    /// <param name="affine">True for a trained weight and bias of each channel.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>Of the same shape.</returns>
    public static Tensor GroupNorm(Tensor input, int groups, double epsilon = 1e-5, bool affine = true, string? name = null) =>
        throw NotRun();

    /// <summary>Elements divided by their neighbours' squares in other channels; see <see cref="LocalResponseNormAttribute"/>.</summary>
    /// <param name="input">Of any shape.</param>
    /// <param name="size">Channels of a window, 1 or more.</param>
    /// <param name="alpha">The factor of the squares.</param>
    /// <param name="beta">The exponent.</param>
    /// <param name="bias">What is added to the squares.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>Of the same shape.</returns>
    public static Tensor LocalResponseNorm(
        Tensor input, int size, double alpha = 1e-4, double beta = 0.75, double bias = 1, string? name = null) => throw NotRun();

    /// <summary>Logarithms of probabilities over the channels; see <see cref="LogSoftmaxAttribute"/>.</summary>
    /// <param name="input">Of any shape.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>Of the same shape.</returns>
    public static Tensor LogSoftmax(Tensor input, string? name = null) => throw NotRun();

    /// <summary>Channels divided by their length; see <see cref="L2NormalizeAttribute"/>.</summary>
    /// <param name="input">Of any shape.</param>
    /// <param name="epsilon">The least that is divided by.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>Of the same shape.</returns>
    public static Tensor L2Normalize(Tensor input, double epsilon = 1e-12, string? name = null) => throw NotRun();

    /// <summary>The sum along axes of a sample; see <see cref="SumAttribute"/>.</summary>
    /// <param name="input">Of any shape.</param>
    /// <param name="axes">The axes of a sample, from 0, which are the channels of an image; null for all.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>The axes have an extent of 1.</returns>
    public static Tensor Sum(Tensor input, int[]? axes = null, string? name = null) => throw NotRun();

    /// <summary>The mean along axes of a sample; see <see cref="MeanAttribute"/>.</summary>
    /// <param name="input">Of any shape.</param>
    /// <param name="axes">The axes of a sample, from 0, which are the channels of an image; null for all.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>The axes have an extent of 1.</returns>
    public static Tensor Mean(Tensor input, int[]? axes = null, string? name = null) => throw NotRun();

    /// <summary>The largest element along axes of a sample; see <see cref="MaxAttribute"/>.</summary>
    /// <param name="input">Of any shape.</param>
    /// <param name="axes">The axes of a sample, from 0, which are the channels of an image; null for all.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>The axes have an extent of 1.</returns>
    public static Tensor Max(Tensor input, int[]? axes = null, string? name = null) => throw NotRun();

    /// <summary>The smallest element along axes of a sample; see <see cref="MinAttribute"/>.</summary>
    /// <param name="input">Of any shape.</param>
    /// <param name="axes">The axes of a sample, from 0, which are the channels of an image; null for all.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>The axes have an extent of 1.</returns>
    public static Tensor Min(Tensor input, int[]? axes = null, string? name = null) => throw NotRun();

    /// <summary>What it reads, and no gradient back; see <see cref="StopGradientAttribute"/>.</summary>
    /// <param name="input">Of any shape.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>Of the same shape.</returns>
    public static Tensor StopGradient(Tensor input, string? name = null) => throw NotRun();

    /// <summary>Where the largest element stands along axes of a sample; see <see cref="ArgMaxAttribute"/>.</summary>
    /// <param name="input">Of any shape.</param>
    /// <param name="axes">The axes of a sample, from 0, which are the channels of an image; null for all.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>The axes have an extent of 1.</returns>
    public static Tensor ArgMax(Tensor input, int[]? axes = null, string? name = null) =>
        throw NotRun();

    /// <summary>Where the smallest element stands along axes of a sample; see <see cref="ArgMinAttribute"/>.</summary>
    /// <param name="input">Of any shape.</param>
    /// <param name="axes">The axes of a sample, from 0, which are the channels of an image; null for all.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>The axes have an extent of 1.</returns>
    public static Tensor ArgMin(Tensor input, int[]? axes = null, string? name = null) =>
        throw NotRun();

    /// <summary>The variance along axes of a sample; see <see cref="VarianceAttribute"/>.</summary>
    /// <param name="input">Of any shape.</param>
    /// <param name="axes">The axes of a sample, from 0, which are the channels of an image; null for all.</param>
    /// <param name="correction">What the number of elements is lessened by.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>The axes have an extent of 1.</returns>
    public static Tensor Variance(Tensor input, int[]? axes = null, int correction = 0, string? name = null) =>
        throw NotRun();

    /// <summary>The length along axes of a sample; see <see cref="NormAttribute"/>.</summary>
    /// <param name="input">Of any shape.</param>
    /// <param name="axes">The axes of a sample, from 0, which are the channels of an image; null for all.</param>
    /// <param name="order">2 for √Σ x², or 1 for Σ |x|.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>The axes have an extent of 1.</returns>
    public static Tensor Norm(Tensor input, int[]? axes = null, int order = 2, string? name = null) =>
        throw NotRun();

    /// <summary>1 at the class that an element says, 0 elsewhere; see <see cref="OneHotAttribute"/>.</summary>
    /// <param name="input">Of any shape.</param>
    /// <param name="classes">Classes, 1 or more.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>One more extent, of the classes.</returns>
    public static Tensor OneHot(Tensor input, int classes, string? name = null) =>
        throw NotRun();

    /// <summary>The largest channels or features in descending order, and where they stand; see <see cref="TopKAttribute"/>.</summary>
    /// <param name="input">Of any shape.</param>
    /// <param name="count">How many of them, 1 to as many as there are.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>As many channels or features: their values, and their indices from 0, as numbers, which have no gradient.</returns>
    public static (Tensor Values, Tensor Indices) TopK(Tensor input, int count, string? name = null) =>
        throw NotRun();

    /// <summary>Where the largest channels or features stand; see <see cref="TopKIndicesAttribute"/>.</summary>
    /// <param name="input">Of any shape.</param>
    /// <param name="count">How many of them, 1 to as many as there are.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>As many channels or features.</returns>
    public static Tensor TopKIndices(Tensor input, int count, string? name = null) =>
        throw NotRun();

    /// <summary>A tensor repeated behind itself; see <see cref="TileAttribute"/>.</summary>
    /// <param name="input">Of any shape.</param>
    /// <param name="repeats">How often, 1 or more, for each axis of a sample.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>Each extent so many times as large.</returns>
    public static Tensor Tile(Tensor input, int[] repeats, string? name = null) =>
        throw NotRun();

    /// <summary>A tensor whose extents of 1 are made longer; see <see cref="ExpandAttribute"/>.</summary>
    /// <param name="input">Of any shape.</param>
    /// <param name="shape">The extents of a sample.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>Of that shape.</returns>
    public static Tensor Expand(Tensor input, int[] shape, string? name = null) =>
        throw NotRun();

    /// <summary>Convolution with kernels that are not trained; see <see cref="FixedConvAttribute"/>.</summary>
    /// <param name="input">(C, H, W).</param>
    /// <param name="channels">Output channels, 1 or more.</param>
    /// <param name="kernel">The kernels' size, 1 or more.</param>
    /// <param name="weights">The kernels: (channels, C / groups, height, width) in row-major order.</param>
    /// <param name="stride">Elements between windows, 1 or more. Default 1.</param>
    /// <param name="padding">Zeros on each side, 0 or more, or <see cref="Padding.Same"/>. Default 0.</param>
    /// <param name="dilation">Elements between the kernels' taps, 1 or more. Default 1.</param>
    /// <param name="groups">Groups of input and output channels.</param>
    /// <param name="name">The layer's name.</param>
    /// <returns>(channels, H', W').</returns>
    public static Tensor FixedConv(
        Tensor input, int channels, Size2D kernel, double[] weights, Size2D stride = default, Size2D padding = default,
        Size2D dilation = default, int groups = 1, string? name = null) => throw NotRun();

    /// <summary>See <see cref="Loss.CrossEntropy"/>.</summary>
    /// <param name="prediction">What the network computes.</param>
    /// <param name="labels">The class of each sample, or a distribution over the classes.</param>
    /// <param name="labelSmoothing">See <see cref="LossAttribute.LabelSmoothing"/>.</param>
    /// <param name="classWeights">See <see cref="LossAttribute.ClassWeights"/>; null for none.</param>
    /// <param name="name">The loss's name.</param>
    /// <returns>The loss of each sample.</returns>
    public static Tensor CrossEntropy(
        Tensor prediction, Tensor labels, double labelSmoothing = 0, double[]? classWeights = null, string? name = null) => throw NotRun();

    /// <summary>See <see cref="Loss.MeanSquaredError"/>.</summary>
    /// <param name="prediction">What the network computes.</param>
    /// <param name="labels">What it is held against.</param>
    /// <param name="name">The loss's name.</param>
    /// <returns>The loss of each sample.</returns>
    public static Tensor MeanSquaredError(
        Tensor prediction, Tensor labels, string? name = null) => throw NotRun();

    /// <summary>See <see cref="Loss.MeanAbsoluteError"/>.</summary>
    /// <param name="prediction">What the network computes.</param>
    /// <param name="labels">What it is held against.</param>
    /// <param name="name">The loss's name.</param>
    /// <returns>The loss of each sample.</returns>
    public static Tensor MeanAbsoluteError(
        Tensor prediction, Tensor labels, string? name = null) => throw NotRun();

    /// <summary>See <see cref="Loss.BinaryCrossEntropy"/>.</summary>
    /// <param name="prediction">What the network computes.</param>
    /// <param name="labels">What it is held against.</param>
    /// <param name="name">The loss's name.</param>
    /// <returns>The loss of each sample.</returns>
    public static Tensor BinaryCrossEntropy(
        Tensor prediction, Tensor labels, string? name = null) => throw NotRun();

    /// <summary>See <see cref="Loss.Huber"/>.</summary>
    /// <param name="prediction">What the network computes.</param>
    /// <param name="labels">What it is held against.</param>
    /// <param name="delta">See <see cref="LossAttribute.Delta"/>.</param>
    /// <param name="name">The loss's name.</param>
    /// <returns>The loss of each sample.</returns>
    public static Tensor Huber(
        Tensor prediction, Tensor labels, double delta = 1, string? name = null) => throw NotRun();

    /// <summary>See <see cref="Loss.Hinge"/>.</summary>
    /// <param name="prediction">What the network computes.</param>
    /// <param name="labels">What it is held against.</param>
    /// <param name="margin">See <see cref="LossAttribute.Margin"/>.</param>
    /// <param name="name">The loss's name.</param>
    /// <returns>The loss of each sample.</returns>
    public static Tensor Hinge(
        Tensor prediction, Tensor labels, double margin = 1, string? name = null) => throw NotRun();

    /// <summary>See <see cref="Loss.KLDivergence"/>.</summary>
    /// <param name="prediction">What the network computes.</param>
    /// <param name="labels">What it is held against.</param>
    /// <param name="name">The loss's name.</param>
    /// <returns>The loss of each sample.</returns>
    public static Tensor KLDivergence(
        Tensor prediction, Tensor labels, string? name = null) => throw NotRun();

    internal static NotSupportedException NotRun() =>
        new("Functions of NetCompiler.Layers are read by the compiler, in the methods of a [Network] class; they do not run.");
}
