namespace NetCompiler.Training.Data;

/// <summary>A training and a test set, and where they are from.</summary>
/// <param name="Name">A short name: "mnist", "fashion-mnist", "synthetic", or a folder's name.</param>
/// <param name="Description">A sentence that says where the data is from.</param>
/// <param name="Train">The training set.</param>
/// <param name="Test">The test set.</param>
/// <param name="ClassNames">What the labels 0, 1, … mean.</param>
public sealed record DataSource(
    string Name, string Description, InMemoryDataset Train, InMemoryDataset Test, IReadOnlyList<string> ClassNames);
