using System.CommandLine;
using Digits;

var data = new Option<DirectoryInfo?>("--data")
{
    Description = "A folder with train-images-idx3-ubyte and the other three files of MNIST's format, plain or .gz",
};
var network = new Option<string>("--network")
{
    Description = "course: two convolutions of 25 and 50 channels; lenet: LeNet-5",
    DefaultValueFactory = _ => "course",
};
network.AcceptOnlyFromAmong("course", "lenet");
var epochs = Positive("--epochs", "How often to go through the training set", 3);
var batch = Positive("--batch", "Samples of a training step", 64);
var threads = Positive("--threads", "Threads that share the work; the result is the same with any number", Environment.ProcessorCount);
var seed = new Option<ulong>("--seed")
{
    Description = "Decides on initial weights and on the order of the samples",
    DefaultValueFactory = _ => 1,
};
var learningRate = new Option<float>("--learning-rate")
{
    Description = "Adam's learning rate at the start; it falls to zero along half a cosine",
    DefaultValueFactory = _ => 2e-3f,
};
learningRate.Validators.Add(result =>
{
    if (!(result.GetValueOrDefault<float>() > 0))
        result.AddError("--learning-rate: expected more than 0.");
});
var resume = new Option<bool>("--resume") { Description = "Go on from the checkpoint beside the weights, if there is one" };
var output = new Option<FileInfo>("--out")
{
    Description = "Where to save the weights",
    DefaultValueFactory = _ => new FileInfo("digits.safetensors"),
};
var log = new Option<DirectoryInfo?>("--log") { Description = "A folder for training.csv and for TensorBoard's event files" };
var profile = new Option<bool>("--profile") { Description = "Show the time and the speed of each stage, of prediction and of training" };

var command = new RootCommand("Trains a network on handwritten digits, on the CPU.")
{
    data, network, epochs, batch, seed, threads, resume, output, learningRate, log, profile,
};
command.SetAction((result, cancellationToken) =>
{
    var options = new DigitsOptions(
        result.GetValue(data)?.FullName,
        result.GetValue(network)!,
        result.GetValue(epochs),
        result.GetValue(batch),
        result.GetValue(seed),
        result.GetValue(threads),
        result.GetValue(resume),
        result.GetValue(output)!.FullName,
        result.GetValue(learningRate),
        result.GetValue(log)?.FullName,
        result.GetValue(profile));
    // On a thread of its own, so that this one is free to hear of Ctrl+C.
    return Task.Run(() => DigitsCommand.RunAsync(options, cancellationToken), CancellationToken.None);
});
// A step has to end before training can stop, and large batches have long ones.
return await command.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(10) });

static Option<int> Positive(string name, string description, int value)
{
    var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => value };
    option.Validators.Add(result =>
    {
        if (result.Errors.Any() || result.GetValueOrDefault<int>() < 1)
            result.AddError($"{name}: expected 1 or more.");
    });
    return option;
}
