using System.Net;
using System.Security.Cryptography;
using NetCompiler.Training.Data;
using NetCompiler.Training.Tests.Support;

namespace NetCompiler.Training.Tests.Data;

public sealed class DataLocatorTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly TestFolder _mirror = new();

    public void Dispose()
    {
        _folder.Dispose();
        _mirror.Dispose();
    }

    [Fact]
    public async Task A_folder_is_called_by_its_name()
    {
        Idx.WriteSet(_folder, 6, 3, gzip: false);
        var source = await new DataLocator().LocateAsync(_folder.Path + Path.DirectorySeparatorChar);
        Assert.Equal(Path.GetFileName(_folder.Path), source.Name);
        Assert.Contains(_folder.Path, source.Description, StringComparison.Ordinal);
        Assert.Equal(["0", "1", "2"], source.ClassNames);
        Assert.Equal((6, 3), (source.Train.Count, source.Test.Count));
    }

    [Fact]
    public void Known_sets_are_recognised_by_their_labels()
    {
        // Where the set is not at hand, a set of other labels must not be taken for it.
        if (RealData.Find("fashion-mnist") is { } fashion)
        {
            Assert.Equal("fashion-mnist", DataLocator.ReadDirectory(fashion).Name);
            Assert.Equal("Boot", DataLocator.ReadDirectory(fashion).ClassNames[9]);
        }
        Idx.WriteSet(_folder, 6, 3, gzip: true);
        Assert.NotEqual("fashion-mnist", DataLocator.ReadDirectory(_folder.Path).Name);
    }

    [Fact]
    public async Task A_folder_that_was_asked_for_is_never_replaced()
    {
        var locator = Locator(_ => throw new HttpRequestException("must not be asked"));
        await Assert.ThrowsAsync<DirectoryNotFoundException>(() => locator.LocateAsync(_folder.File("none")));
        var missing = await Assert.ThrowsAsync<FileNotFoundException>(() => locator.LocateAsync(_folder.Path));
        Assert.Contains("train-images-idx3-ubyte", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Offline_it_draws_digits_and_says_so()
    {
        var source = await Locator(_ => throw new HttpRequestException("no route")).LocateAsync();
        Assert.Equal("synthetic", source.Name);
        Assert.Contains("drawn by this program (no download: no network)", source.Description, StringComparison.Ordinal);
        Assert.Equal((30, 20), (source.Train.Count, source.Test.Count));
        Assert.False(Directory.Exists(_folder.File("mnist")));
    }

    [Fact]
    public async Task A_network_that_does_not_answer_is_given_up_soon()
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var source = await Locator(_ => null).LocateAsync();
        Assert.Equal("synthetic", source.Name);
        Assert.Contains("too slow", source.Description, StringComparison.Ordinal);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 20);
    }

    [Fact]
    public async Task Without_downloads_nothing_is_asked()
    {
        var locator = Locator(_ => throw new InvalidOperationException("must not be asked"), allowDownload: false);
        Assert.Contains("downloads are off", (await locator.LocateAsync()).Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Downloads_are_checked_kept_and_used_again()
    {
        Idx.WriteSet(_mirror, 6, 3, gzip: true);
        var asked = new List<string>();
        var locator = Locator(uri =>
        {
            asked.Add(uri.AbsoluteUri);
            // The first mirror has only one of the files.
            var file = _mirror.File(Path.GetFileName(uri.AbsolutePath));
            return uri.Host == "one.example" && asked.Count > 1 ? NotFound() : Answer(File.ReadAllBytes(file));
        });

        var first = await locator.LocateAsync();
        Assert.Equal("mnist", first.Name);
        Assert.Contains("downloaded to", first.Description, StringComparison.Ordinal);
        Assert.Equal(6, first.Train.Count);
        Assert.Equal(5, asked.Count);

        var second = await locator.LocateAsync();
        Assert.Contains("from the cache", second.Description, StringComparison.Ordinal);
        Assert.Equal(5, asked.Count);

        // A file that was damaged since is fetched again, and nothing else.
        File.WriteAllBytes(Path.Combine(_folder.File("mnist"), "t10k-labels-idx1-ubyte.gz"), [1, 2, 3]);
        Assert.Equal(3, (await locator.LocateAsync()).Test.Count);
        Assert.Equal(7, asked.Count);
    }

    [Fact]
    public async Task A_download_with_another_checksum_is_not_kept()
    {
        Idx.WriteSet(_mirror, 6, 3, gzip: true);
        var source = await Locator(_ => Answer([1, 2, 3])).LocateAsync();
        Assert.Equal("synthetic", source.Name);
        Assert.Contains("SHA-256 of train-images-idx3-ubyte.gz from two.example is wrong", source.Description, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.File("mnist")));
    }

    private static HttpResponseMessage Answer(byte[] bytes) => new(HttpStatusCode.OK) { Content = new ByteArrayContent(bytes) };

    private static HttpResponseMessage NotFound() => new(HttpStatusCode.NotFound);

    private DataLocator Locator(Func<Uri, HttpResponseMessage?> answer, bool allowDownload = true) => new()
    {
        CacheDirectory = _folder.Path,
        AllowDownload = allowDownload,
        SyntheticTrainCount = 30,
        SyntheticTestCount = 20,
        Download = new MnistDownload
        {
            Mirrors = [new Uri("https://one.example/mnist/"), new Uri("https://two.example/mnist/")],
            AnswerTimeout = TimeSpan.FromMilliseconds(100),
            CreateHandler = () => new Mirror(answer),
            Files = [.. Directory.GetFiles(_mirror.Path)
                .OrderDescending(StringComparer.Ordinal)
                .Select(f => (Path.GetFileName(f), Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(f)))))
                .DefaultIfEmpty(("train-images-idx3-ubyte.gz", "00"))
                .OrderBy(f => f.Item1 == "train-images-idx3-ubyte.gz" ? 0 : 1)],
        },
    };

    /// <summary>Answers requests; null is an answer that never comes.</summary>
    private sealed class Mirror(Func<Uri, HttpResponseMessage?> answer) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (answer(request.RequestUri!) is { } response)
                return response;
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            throw new InvalidOperationException("the delay ends by cancellation only");
        }
    }
}
