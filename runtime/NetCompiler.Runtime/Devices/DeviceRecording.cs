using System.Runtime.InteropServices;

namespace NetCompiler.Runtime;

/// <summary>
/// The launches of a pass for a number of samples, with all of their arguments: done one by one, or noted once and replayed.
/// </summary>
internal sealed unsafe class DeviceRecording(string pass)
{
    private readonly List<Entry> _launches = [];
    private readonly List<long> _arguments = [];
    // Arguments that differ from call to call.
    private readonly List<int> _seeds = [];
    private readonly List<(int Argument, int Sample)> _firsts = [];
    private long* _values;
    private void** _pointers;
    private nint _graph;
    private bool _hasRun;

    /// <summary>A launch; one of no function fills memory with zeros.</summary>
    private readonly record struct Entry(string Kernel, nint Function, Dim3 Grid, Dim3 Group, int FirstArgument);

    /// <summary>True where there is nothing to do.</summary>
    public bool IsEmpty => _launches.Count == 0;

    /// <summary>Adds the clearing of memory.</summary>
    public void AddClear(nint memory, long bytes)
    {
        Begin("", 0, default, default);
        Add(memory);
        Add(bytes);
    }

    /// <summary>Adds a launch, whose arguments come next.</summary>
    public void Begin(string kernel, nint function, Dim3 grid, Dim3 group) =>
        _launches.Add(new Entry(kernel, function, grid, group, _arguments.Count));

    /// <summary>Adds an argument.</summary>
    public void Add(long value) => _arguments.Add(value);

    /// <summary>Adds the seed of the call as an argument.</summary>
    public void AddSeed()
    {
        _seeds.Add(_arguments.Count);
        Add(0);
    }

    /// <summary>Adds the number of a sample as an argument; a call may begin at another one than the first.</summary>
    public void AddFirst(int sample)
    {
        _firsts.Add((_arguments.Count, sample));
        Add(sample);
    }

    /// <summary>
    /// Does the launches. Where something differs from call to call they are launched anew each time; else they are noted when they run
    /// again.
    /// </summary>
    /// <param name="driver">The device.</param>
    /// <param name="seed">The seed of the call.</param>
    /// <param name="first">The number of the first sample.</param>
    /// <param name="isChecked">True to wait for each launch, so that a failure has a name.</param>
    public void Run(IDeviceDriver driver, uint seed, int first, bool isChecked)
    {
        if (_launches.Count == 0)
            return;
        if (_values is null)
            Place();
        foreach (var argument in _seeds)
            _values[argument] = seed;
        foreach (var (argument, sample) in _firsts)
            _values[argument] = sample + first;
        var canReplay = driver.CanCapture && !isChecked && _seeds.Count == 0 && _firsts.Count == 0;
        if (_graph == 0 && _hasRun && canReplay)
            Capture(driver);
        if (_graph != 0)
            driver.Replay(_graph);
        else
            Launch(driver, isChecked);
        _hasRun = true;
    }

    /// <summary>Frees what it holds.</summary>
    public void Dispose(IDeviceDriver driver)
    {
        if (_graph != 0)
            driver.FreeGraph(_graph);
        NativeMemory.Free(_values);
        NativeMemory.Free(_pointers);
        _graph = 0;
        _values = null;
        _pointers = null;
    }

    private void Place()
    {
        _values = (long*)NativeMemory.Alloc((nuint)_arguments.Count + 1, sizeof(long));
        _pointers = (void**)NativeMemory.Alloc((nuint)_arguments.Count + 1, (nuint)sizeof(void*));
        for (var i = 0; i < _arguments.Count; i++)
        {
            // A number of 4 bytes is the lower half: what has drivers is little-endian.
            _values[i] = _arguments[i];
            _pointers[i] = _values + i;
        }
    }

    private void Capture(IDeviceDriver driver)
    {
        driver.BeginCapture();
        try
        {
            Launch(driver, isChecked: false);
        }
        catch
        {
            driver.CancelCapture();
            throw;
        }

        _graph = driver.EndCapture();
    }

    private void Launch(IDeviceDriver driver, bool isChecked)
    {
        foreach (var launch in _launches)
        {
            try
            {
                if (launch.Function == 0)
                    driver.Clear((nint)_values[launch.FirstArgument], _values[launch.FirstArgument + 1]);
                else
                    driver.Launch(launch.Function, launch.Grid, launch.Group, _pointers + launch.FirstArgument);
                if (isChecked)
                    driver.Synchronize();
            }
            catch (DeviceException exception)
            {
                var what = launch.Function == 0
                    ? "clearing its sums"
                    : $"its kernel {launch.Kernel}, {launch.Grid} groups of {launch.Group} threads";
                throw new DeviceException($"{pass} on {driver.Name}: {what}: {exception.Message}", exception);
            }
        }
    }
}
