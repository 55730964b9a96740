using NetCompiler.Compiler.Diagnostics;
using NetCompiler.Compiler.Graphs;
using NetCompiler.Compiler.Language;
using NetCompiler.Compiler.Passes;
using NetCompiler.Compiler.Tests.Reference;
using static NetCompiler.Compiler.Tests.Reference.Chains;

namespace NetCompiler.Compiler.Tests.Operators;

/// <summary>RoiPool and RoiAlign, forward and backward, against loops written down from torchvision, and what they complain about.</summary>
public sealed class RegionTests
{
    private const int Seed = 8125;
    private const int Shapes = 40;
    private const double Tolerance = 1e-12;

    [Theory]
    [InlineData("RoiPool")]
    [InlineData("RoiAlign")]
    public void RegionsAreTorchvisions(string kind)
    {
        for (var i = 0; i < Shapes; i++)
        {
            var random = new Random(Seed + i);
            var map = new NaiveRegions.Map(i % 3 == 0 ? 1 : i % 3 == 1 ? 2 : 7, random.Next(1, 4), random.Next(1, 12), random.Next(1, 12));
            var (regions, height, width, scale) = (random.Next(1, 5), random.Next(1, 5), random.Next(1, 5), new[] { 1, 0.5, 0.25, 0.3 }[i % 4]);
            var (samples, aligned) = (random.Next(1, 4), random.Next(2) == 0);
            var layer = kind == "RoiPool"
                ? Layer(kind, ("Size", Pair(height, width)), ("SpatialScale", scale))
                : Layer(kind, ("Size", Pair(height, width)), ("SpatialScale", scale), ("SamplingRatio", samples), ("Aligned", aligned));

            var (graph, features, boxes, result) = Declare(map, regions, layer);
            var length = map.Batch * regions * map.Channels * height * width;
            var values = new Dictionary<string, double[]>
            {
                [features.Name] = Draw(map.Batch * map.Channels * map.Height * map.Width, random, -1, 1),
                // Whole numbers and halves among them, as people write boxes.
                [boxes.Name] = [.. Draw(map.Batch * regions * 4, random, -3, 15).Select(x => (i % 2 == 0 ? Math.Round(x * 2) / 2 : x) / scale)],
                ["target"] = Draw(length, random, -1, 1),
            };
            var loss = graph.Add(Ops.Losses.MeanSquaredError.Instance, "loss", [result, graph.AddInput("target", result.Type)]).Result;
            graph.AddOutput("result", result);
            graph.AddOutput("loss", loss);
            var computed = ReferenceEvaluator.Run(VerifyGraph.Run(Differentiate.Run(graph, loss, [features])), map.Batch, values);

            // Of the mean of the samples' mean squared errors.
            var output = computed.Output("result").Data;
            double[] gradient = [.. output.Zip(values["target"], (y, t) => 2 * (y - t) / length)];
            var (expected, sent) = kind == "RoiPool"
                ? NaiveRegions.Pool(map, values[features.Name], values[boxes.Name], height, width, scale, gradient)
                : NaiveRegions.Align(map, values[features.Name], values[boxes.Name], height, width, scale, samples, aligned, gradient);
            Assert.Equal([regions, map.Channels, height, width], result.Type.SampleShape.ToArray());
            Near.Assert(output, expected, Tolerance, $"{kind}, seed {Seed + i}");
            Near.Assert(computed.Output(features.Name, OutputRole.Gradient).Data, sent, Tolerance, $"gradient of {kind}, seed {Seed + i}");
        }
    }

    [Theory]
    [InlineData("NC0110", "RoiPool 'roi' reads 2×5×5 and 3×5, expected boxes R×4", "RoiPool", 5, 1.0)]
    [InlineData("NC0105", "RoiAlign 'roi': SpatialScale is 0, expected", "RoiAlign", 4, 0.0)]
    public void WhatIsNoBoxIsRefused(string id, string message, string kind, int numbers, double scale)
    {
        var exception = Assert.Throws<NetworkException>(() => Declare(
            new NaiveRegions.Map(1, 2, 5, 5), 3, Layer(kind, ("Size", Pair(2, 2)), ("SpatialScale", scale)), numbers));

        Assert.Equal(id, exception.Diagnostic.Rule.Id);
        Assert.StartsWith(message, exception.Diagnostic.Message, StringComparison.Ordinal);
    }

    private static (Graph Graph, Value Features, Value Boxes, Value Result) Declare(
        NaiveRegions.Map map, int regions, LayerSpec spec, int numbers = 4)
    {
        var graph = new Graph();
        // Of each sample, but a parameter, as its gradient is looked at.
        var features = graph.AddParameter("features", TensorType.Float(Dimension.Batch, map.Channels, map.Height, map.Width));
        var boxes = graph.AddInput("boxes", TensorType.Float(Dimension.Batch, regions, numbers));
        var layer = LayerRegistry.Get(spec.Kind);
        return (graph, features, boxes, layer.Build(new LayerBuilder(graph, layer.Signature, spec, 0, "roi", [features, boxes], [])));
    }

    private static double[] Draw(int count, Random random, double min, double max) =>
        [.. Enumerable.Range(0, count).Select(_ => min + random.NextDouble() * (max - min))];
}
