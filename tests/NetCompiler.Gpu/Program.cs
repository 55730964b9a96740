using NetCompiler;
using NetCompiler.Gpu;

const int Missing = 2;
var isQuick = args.Contains("--quick");
var names = args.Where(a => !a.StartsWith('-')).ToArray();
var subjects = Subjects.All.Where(s => names.Length == 0 || names.Contains(s.Name)).ToArray();
if (subjects.Length == 0)
{
    Console.WriteLine($"Expected some of {string.Join(", ", Subjects.All.Select(s => s.Name))}, found {string.Join(", ", names)}.");
    return Missing;
}

Device device;
try
{
    device = Device.Cuda();
}
catch (DeviceException exception)
{
    Console.WriteLine(exception.Message);
    return Missing;
}

Console.WriteLine(device.Name);
var suite = new Suite((DriverDevice)device, Console.Out);
if (!suite.Check(subjects, Checks.Optimizers))
    return 1;
try
{
    var peak = suite.MeasurePeak();
    var rows = suite.Measure(subjects, peak, isQuick ? 0.1 : 1);
    Report.Print(rows, args.Contains("--no-peers") ? null : PyTorch.Run(rows, subjects, Console.Out), Console.Out);
    return 0;
}
catch (DeviceException exception)
{
    Console.WriteLine(exception.Message);
    return 1;
}
