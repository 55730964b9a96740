using System.Collections.Immutable;

namespace NetCompiler.Compiler.Diagnostics;

/// <summary>Every rule that a declaration can break, in the order of their ids.</summary>
public static class Rules
{
    /// <summary>NC0001: the class is not partial.</summary>
    public static readonly Rule NotPartial = new("NC0001", "Network class must be partial",
        "'{0}' is marked [Network] but is not partial; the generator has to add to it");

    /// <summary>NC0002: no input, several, or not the first.</summary>
    public static readonly Rule Input = new("NC0002", "Network needs one input before its layers",
        "'{0}' needs exactly one [Input(channels, height, width)], [Input(rows, columns)] or [Input(length)] before its first layer, found {1}");

    /// <summary>NC0003: layers on two partial parts, whose order is not defined.</summary>
    public static readonly Rule SplitDeclaration = new("NC0003", "Layers stand on more than one part of a partial class",
        "'{0}' has layer attributes on {1} of its partial declarations; their order is not defined, put them all on one");

    /// <summary>NC0004: no layers.</summary>
    public static readonly Rule NoLayers = new("NC0004", "Network has no layers", "'{0}' has an input but no layers");

    /// <summary>NC0005: nested, generic, static or abstract classes.</summary>
    public static readonly Rule UnsupportedClass = new("NC0005", "Kind of class is not supported",
        "'{0}' cannot be a network: {1}");

    /// <summary>NC0006: several losses, or layers after the loss.</summary>
    public static readonly Rule Loss = new("NC0006", "Network can have one loss, after its layers",
        "'{0}' can have one [Loss(…)], after its last layer, found {1}");

    /// <summary>NC0007: layers both as attributes and in methods.</summary>
    public static readonly Rule MixedForms = new("NC0007", "Network is a chain and a graph",
        "'{0}' has layers as attributes and a [Forward] method; a network is declared by the one or the other");

    /// <summary>NC0008: what a [Forward] method does is not to be known before the program runs.</summary>
    public static readonly Rule NotEvaluable = new("NC0008", "Declaration cannot be evaluated",
        "A network's methods are evaluated when it is compiled: {0}");

    /// <summary>NC0009: a pattern of [Freeze] that means no parameter.</summary>
    public static readonly Rule FreezeMatchesNothing = new("NC0009", "Frozen parameters do not exist",
        "'{0}' freezes '{1}', but none of its parameters is called so");

    /// <summary>NC0010: a loss or an objective that is not one number for each sample.</summary>
    public static readonly Rule NotANumber = new("NC0010", "Loss or objective is not a number",
        "{0} has to be one number for each sample but is {1}; take its mean or its sum");

    /// <summary>NC0011: an objective whose gradient is wanted with respect to what has none.</summary>
    public static readonly Rule Variable = new("NC0011", "Objective has no such gradient",
        "Objective '{0}' takes its gradient with respect to '{1}', {2}");

    /// <summary>NC0101: a window that does not fit.</summary>
    public static readonly Rule WindowTooLarge = new("NC0101", "Window is larger than its padded input",
        "{0} has a window of {1} but its input {2} is only {3} with padding");

    /// <summary>NC0102: channels that the groups do not divide.</summary>
    public static readonly Rule Groups = new("NC0102", "Channels do not divide by the groups",
        "{0} has {1} groups, which must divide its {2} input channels and its {3} output channels");

    /// <summary>NC0103: a dense layer on an image.</summary>
    public static readonly Rule DenseOnImage = new("NC0103", "Dense layer needs a vector",
        "{0} reads {1}; put [Flatten] or [GlobalAveragePool] before it");

    /// <summary>NC0104: a convolution or pooling on a vector.</summary>
    public static readonly Rule ImageNeeded = new("NC0104", "Layer needs an image",
        "{0} needs an input of channels×height×width but reads {1}");

    /// <summary>NC0105: a number that is too small or too large.</summary>
    public static readonly Rule OutOfRange = new("NC0105", "Argument is out of range", "{0}: {1} is {2}, expected {3}");

    /// <summary>NC0106: two layers of one name.</summary>
    public static readonly Rule DuplicateName = new("NC0106", "Layer names must differ", "Two layers are called '{0}'");

    /// <summary>NC0107: a loss that does not suit the output.</summary>
    public static readonly Rule LossMismatch = new("NC0107", "Loss does not suit the output",
        "Loss {0} needs {1}, but the network ends with {2}");

    /// <summary>NC0108: a name that is no identifier.</summary>
    public static readonly Rule InvalidName = new("NC0108", "Layer name is not an identifier",
        "'{0}' is not a valid layer name: use letters, digits and underscores, not beginning with a digit");

    /// <summary>NC0109: an attribute's argument that is not a constant of the right kind.</summary>
    public static readonly Rule InvalidArgument = new("NC0109", "Argument is not valid", "{0}: {1} is not valid: {2}");

    /// <summary>NC0110: tensors that do not fit together.</summary>
    public static readonly Rule ShapeMismatch = new("NC0110", "Shapes do not fit together", "{0} reads {1} and {2}, expected {3}");

    /// <summary>NC0111: weights that are used in two places that they cannot both fit.</summary>
    public static readonly Rule SharedWeights = new("NC0111", "Shared weights do not fit",
        "{0} shares '{1}' of {2} with a place that needs {3}");

    /// <summary>NC0112: labels that are computed with before anybody said what they look like.</summary>
    public static readonly Rule LabelsWithoutShape = new("NC0112", "Labels have no shape",
        "The shape of the labels '{0}' is not known here: no loss has read them before; put [Shape(…)] beside [Labels]");

    /// <summary>NC0120: a layer that looks along the elements of each place, on single numbers.</summary>
    public static readonly Rule VectorNeeded = new("NC0120", "Layer needs a vector",
        "{0} needs a vector, a sequence or an image but reads a {1}");

    /// <summary>NC0121: a layer that needs rows and columns on something without.</summary>
    public static readonly Rule MatrixNeeded = new("NC0121", "Layer needs a matrix",
        "{0} needs rows and columns but reads {1}");

    /// <summary>NC0122: a layer that looks something up on what are no integers.</summary>
    public static readonly Rule IntegersNeeded = new("NC0122", "Layer needs integers",
        "{0} needs integers but reads numbers of {1}; declare the input with Type = ElementType.Int32");

    /// <summary>NC0123: a layer that computes on integers.</summary>
    public static readonly Rule NumbersNeeded = new("NC0123", "Layer does not take integers",
        "{0} computes with numbers but reads integers; put [Embedding] before it");

    /// <summary>NC0130: a recurrent layer on what is no sequence.</summary>
    public static readonly Rule SequenceNeeded = new("NC0130", "Layer needs a sequence",
        "{0} goes through a sequence of steps×features but reads {1}");

    /// <summary>NC0201: training a network without a loss.</summary>
    public static readonly Rule TrainingWithoutLoss = new("NC0201", "Network without a loss cannot be trained",
        "'{0}' has no [Loss(…)] and cannot be trained");

    /// <summary>NC0301: a generator and a runtime of versions that do not fit.</summary>
    public static readonly Rule RuntimeVersion = new("NC0301", "Generator and runtime do not fit",
        "'{0}' is compiled for version {1} of what emitted code and the runtime agree on, but {2} has {3}; "
        + "reference NetCompiler's packages in one version");

    /// <summary>NC0401: a network whose C functions cannot be named, or whose name another one has.</summary>
    public static readonly Rule NativeExport = new("NC0401", "Network cannot be exported to C", "'{0}' cannot be exported to C: {1}");

    /// <summary>NC0501: a build property that names what there is not.</summary>
    public static readonly Rule BuildProperty = new("NC0501", "Build property has an unknown value", "{0}: expected {1}, found '{2}'");

    /// <summary>NC9999: the compiler itself failed.</summary>
    public static readonly Rule Internal = new("NC9999", "The compiler failed",
        "'{0}' could not be compiled because of a defect of the compiler: {1}");

    /// <summary>Every rule, in the order of their ids.</summary>
    public static ImmutableArray<Rule> All { get; } =
    [
        NotPartial, Input, SplitDeclaration, NoLayers, UnsupportedClass, Loss, MixedForms, NotEvaluable, FreezeMatchesNothing,
        NotANumber, Variable,
        WindowTooLarge, Groups, DenseOnImage, ImageNeeded, OutOfRange, DuplicateName, LossMismatch, InvalidName, InvalidArgument,
        ShapeMismatch, SharedWeights, LabelsWithoutShape, VectorNeeded, MatrixNeeded, IntegersNeeded, NumbersNeeded, SequenceNeeded,
        TrainingWithoutLoss, RuntimeVersion, NativeExport, BuildProperty, Internal,
    ];
}
