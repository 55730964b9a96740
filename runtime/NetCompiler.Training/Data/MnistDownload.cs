using System.Security.Cryptography;

namespace NetCompiler.Training.Data;

/// <summary>Fetches the four files of MNIST from the first mirror that answers, and checks them by their SHA-256.</summary>
public sealed class MnistDownload
{
    /// <summary>The files and what their SHA-256 is; a test puts small ones here.</summary>
    internal IReadOnlyList<(string Name, string Sha256)> Files { get; init; } =
    [
        ("train-images-idx3-ubyte.gz", "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
        ("train-labels-idx1-ubyte.gz", "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
        ("t10k-images-idx3-ubyte.gz", "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
        ("t10k-labels-idx1-ubyte.gz", "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
    ];

    /// <summary>Where to ask, in this order; each ends in a slash.</summary>
    public IReadOnlyList<Uri> Mirrors { get; init; } =
    [
        new("https://ossci-datasets.s3.amazonaws.com/mnist/"),
        new("https://storage.googleapis.com/cvdf-datasets/mnist/"),
    ];

    /// <summary>How long a mirror may take to begin its answer.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long all files together may take.</summary>
    public TimeSpan TotalTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Makes what sends the requests; a test puts its own here.</summary>
    public Func<HttpMessageHandler> CreateHandler { get; init; } = () => new SocketsHttpHandler();

    /// <summary>Whether a folder has all files, unharmed.</summary>
    /// <param name="directory">The folder, which need not exist.</param>
    public bool IsComplete(string directory) => Files.All(f => IsIntact(Path.Combine(directory, f.Name), f.Sha256));

    /// <summary>Brings the files that a folder lacks.</summary>
    /// <param name="directory">The folder, created if need be. A file appears in it only once it is whole and checked.</param>
    /// <param name="cancellationToken">Ends the download.</param>
    /// <returns>Null once all files are there; else why they are not, in a few words.</returns>
    public async Task<string?> TryFetchAsync(string directory, CancellationToken cancellationToken = default)
    {
        using var total = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        total.CancelAfter(TotalTimeout);
        using var client = new HttpClient(CreateHandler()) { Timeout = Timeout.InfiniteTimeSpan };
        var failure = "no mirror to ask";
        foreach (var mirror in Mirrors)
        {
            try
            {
                foreach (var (name, sha256) in Files)
                {
                    var path = Path.Combine(directory, name);
                    if (!IsIntact(path, sha256))
                        await FetchAsync(client, new Uri(mirror, name), path, sha256, total.Token).ConfigureAwait(false);
                }
                return null;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                failure = "no download: the network is too slow or not there";
            }
            catch (HttpRequestException e)
            {
                failure = $"no download: {(e.StatusCode is { } status ? $"{mirror.Host} answers {(int)status}" : "no network")}";
            }
            catch (MalformedFileException e)
            {
                failure = $"no download: {e.Field} of {Path.GetFileName(e.Path)} from {mirror.Host} is wrong";
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                failure = $"no download: {e.Message}";
            }
        }
        return failure;
    }

    private async Task FetchAsync(HttpClient client, Uri address, string path, string sha256, CancellationToken cancellationToken)
    {
        using var answer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        answer.CancelAfter(AnswerTimeout);
        using var response = await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, answer.Token).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();

        // Only now: a folder without files would look like a set that is damaged.
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temporary = $"{path}.{Environment.ProcessId}.part";
        try
        {
            await using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write))
                await response.Content.CopyToAsync(file, cancellationToken).ConfigureAwait(false);
            var found = Sha256(temporary);
            if (found != sha256)
                throw new MalformedFileException(path, "SHA-256", sha256, found);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static bool IsIntact(string path, string sha256) => File.Exists(path) && Sha256(path) == sha256;

    private static string Sha256(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
