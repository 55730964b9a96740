using NetCompiler;
using NetCompiler.Training;

namespace Gallery.Running;

/// <summary>Steps of an optimiser, for systems whose loop is not that of <c>Fit</c>.</summary>
/// <param name="network">The network.</param>
/// <param name="optimizer">The rule by which parameters move.</param>
internal sealed class ParameterUpdate(Network network, IOptimizer optimizer)
{
    private readonly float[] _slots = new float[optimizer.SlotCount * network.Parameters.Length];
    private long _step;

    /// <summary>Does one step.</summary>
    /// <param name="gradients">The gradients of all parameters.</param>
    /// <param name="rateFactor">What the learning rate is multiplied by.</param>
    public void Step(Gradients gradients, float rateFactor = 1)
    {
        var slots = new OptimizerSlots(_slots, network.Parameters.Length);
        _step++;
        foreach (var parameter in network.Definition.Parameters)
        {
            if (!parameter.Trainable)
                continue;
            optimizer.Update(
                network.Parameters.Slice(parameter.Offset, parameter.Length),
                gradients.Values.Slice(parameter.Offset, parameter.Length),
                slots.Slice(parameter.Offset, parameter.Length),
                optimizer.LearningRate * rateFactor,
                _step);
        }
        network.ParametersChanged();
    }
}
