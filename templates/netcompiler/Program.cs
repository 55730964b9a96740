using NetCompiler;
using NetCompiler.Training;

var (train, test) = (Shapes.Draw(6000, seed: 1), Shapes.Draw(1000, seed: 2));

using var net = new ShapeNet(seed: 1);
Console.WriteLine(ShapeNet.Summary);
var history = net.Fit(train, new Adam(5e-3f), epochs: 6, new FitOptions { Validation = test });
foreach (var epoch in history.Epochs)
    Console.WriteLine($"epoch {epoch.Epoch}: loss {epoch.Loss:F4}, accuracy on pictures it has not seen {epoch.ValidationAccuracy:P1}");

net.Save("shapes.safetensors");
using var trained = ShapeNet.Load("shapes.safetensors");
for (var i = 0; i < 5; i++)
{
    var probabilities = trained.Predict(test.Bytes.Slice(i * Shapes.Side * Shapes.Side, Shapes.Side * Shapes.Side));
    var answer = Accuracy.ArgMax(probabilities);
    Console.WriteLine($"a {Shapes.Names[test.Labels[i]]} is taken for a {Shapes.Names[answer]} ({probabilities[answer]:P1})");
}
