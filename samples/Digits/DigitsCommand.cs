using NetCompiler;
using NetCompiler.Training;
using NetCompiler.Training.Data;
using NetCompiler.Training.Reports;
using Spectre.Console;
using static System.FormattableString;

namespace Digits;

/// <summary>Finds data, trains, saves, and shows how well it went.</summary>
internal static class DigitsCommand
{
    private const int Stopped = 130;

    public static async Task<int> RunAsync(DigitsOptions options, CancellationToken cancellationToken)
    {
        try
        {
            var source = await new DataLocator().LocateAsync(options.Data, cancellationToken);
            Console.WriteLine($"data: {source.Name}, {source.Description}");
            using Network network = options.Network == "lenet" ? new LeNet5(options.Seed) : new DigitNet(options.Seed);
            Console.WriteLine();
            Console.WriteLine(network.Definition.ToSummary());

            var history = Train(network, source, options, cancellationToken);
            network.Save(options.Output);
            var evaluation = network.Evaluate(source.Test, threads: options.Threads, classNames: source.ClassNames);
            Report(network, source, history, evaluation, options).Save(options.Report);
            Show(network, source, evaluation);
            if (options.Profile)
                ShowProfiles(network, options);
            Console.WriteLine($"weights:    {options.Output}");
            Console.WriteLine($"checkpoint: {options.Checkpoint} (with --resume and more --epochs, training goes on from it)");
            Console.WriteLine($"report:     {options.Report}");
            var (epochs, seconds) = (history.Epochs.Count, history.Seconds);
            Console.WriteLine(Invariant($"accuracy={evaluation.Accuracy:F4} epochs={epochs} seconds={seconds:F1} data={source.Name}"));
            return 0;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("stopped; --resume goes on after the last epoch that was complete");
            return Stopped;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NonFiniteException)
        {
            Console.Error.WriteLine($"error: {e.Message}");
            return 1;
        }
    }

    private static History Train(Network network, DataSource source, DigitsOptions options, CancellationToken cancellationToken)
    {
        if (options.Resume && !File.Exists(options.Checkpoint))
            Console.WriteLine($"no checkpoint {options.Checkpoint} to resume from: training begins at the beginning");
        return network.Fit(source.Train, new Adam(options.LearningRate), options.Epochs, new FitOptions
        {
            BatchSize = options.Batch,
            Validation = source.Test,
            Seed = options.Seed,
            Threads = options.Threads,
            Schedule = LearningRateSchedule.Cosine(),
            Callbacks = options.Log is { } log ? [new CsvLogger(Path.Combine(log, "training.csv")), new TensorBoardLogger(log)] : [],
            Progress = FitProgress.ForConsole(),
            CheckpointPath = options.Checkpoint,
            Resume = options.Resume,
            CancellationToken = cancellationToken,
        });
    }

    private static void ShowProfiles(Network network, DigitsOptions options)
    {
        using var session = network.CreateSession(options.Batch);
        using var training = new TrainingSession(network, options.Batch);
        Console.WriteLine();
        Console.WriteLine(session.Profile());
        Console.WriteLine(training.Profile());
    }

    private static HtmlReport Report(
        Network network, DataSource source, History history, Evaluation evaluation, DigitsOptions options) => TrainingReport.Create(
        "Handwritten digits",
        network,
        history,
        source.Test,
        evaluation,
        [
            ("Data", $"{source.Name}, {source.Description}"),
            ("Validation", "on the test set, after every epoch"),
            ("Optimiser", Invariant($"Adam, learning rate {options.LearningRate} falling along half a cosine")),
            ("Batch size", Invariant($"{options.Batch}")),
            ("Seed", Invariant($"{options.Seed}")),
            ("Weights", Path.GetFileName(options.Output)),
        ]);

    private static void Show(Network network, DataSource source, Evaluation evaluation)
    {
        Console.WriteLine();
        // Files and pipes get no control sequences, whatever the environment says of the terminal.
        var console = Console.IsOutputRedirected
            ? AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors })
            : AnsiConsole.Console;
        if (Console.IsOutputRedirected)
            Console.Write(evaluation.Confusion!.ToString());
        else
            console.Write(evaluation.Confusion!.ToTable());
        Console.WriteLine();
        console.Write(PredictionGallery.Create(network, source, console.Profile.Capabilities));
    }
}
