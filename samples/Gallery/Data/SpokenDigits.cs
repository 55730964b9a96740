using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Gallery.Running;
using NetCompiler.Runtime;
using static System.FormattableString;

namespace Gallery.Data;

/// <summary>Spoken digits, from espeak-ng where it is installed, else tones; some voices are for the test alone.</summary>
internal static class SpokenDigits
{
    private static readonly string[] s_words = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
    private static readonly string[] s_accents = ["en-us", "en-gb", "en-gb-scotland", "en-gb-x-rp", "en-gb-x-gbclan", "en-029"];
    private static readonly string[] s_trainVoices = ["m1", "m2", "m3", "m5", "m7", "f1", "f2", "f4"];
    private static readonly string[] s_testVoices = ["m4", "m6", "f3", "f5"];

    /// <summary>A digit that was spoken.</summary>
    /// <param name="Sound">How.</param>
    /// <param name="Digit">Which.</param>
    /// <param name="Voice">By whom.</param>
    internal sealed record Utterance(WaveFile Sound, int Digit, string Voice);

    /// <summary>Makes the digits.</summary>
    /// <param name="context">How large the run is.</param>
    public static (List<Utterance> Train, List<Utterance> Test) Make(SystemContext context)
    {
        var accents = s_accents.Take(context.Size(s_accents.Length, 1)).ToList();
        var (trainVoices, testVoices) = (s_trainVoices.Take(context.Size(8, 3)).ToList(), s_testVoices.Take(context.Size(4, 1)).ToList());
        var random = new RandomStream(context.Seed, "speech");
        if (Speak("en-us", 160, 50, "zero") is null)
        {
            List<Utterance> tones(IEnumerable<string> voices) => [.. voices.SelectMany(v => s_words.Select((_, d) => new Utterance(Tone(d, ref random), d, v)))];
            var made = (tones(Enumerable.Repeat(trainVoices, 12).SelectMany(v => v)), tones(Enumerable.Repeat(testVoices, 6).SelectMany(v => v)));
            context.Data.Replace(Invariant($"espeak-ng: not installed, so {made.Item1.Count} training and {made.Item2.Count} test tones made by this program are used"));
            return made;
        }
        var sets = (Set(trainVoices, context.Size(2, 1)), Set(testVoices, 1));
        context.Data.Use(Invariant($"{sets.Item1.Count} digits spoken by {trainVoices.Count} voices of espeak-ng in {accents.Count} accents, and {sets.Item2.Count} by {testVoices.Count} other voices"));
        return sets;

        List<Utterance> Set(List<string> voices, int takes)
        {
            var utterances = new List<Utterance>();
            foreach (var voice in accents.SelectMany(a => voices.Select(v => $"{a}+{v}")))
            {
                context.CancellationToken.ThrowIfCancellationRequested();
                for (var take = 0; take < takes; take++)
                {
                    for (var digit = 0; digit < s_words.Length; digit++)
                    {
                        var (speed, pitch) = (120 + (int)(80 * random.NextDouble()), 30 + (int)(40 * random.NextDouble()));
                        var sound = Speak(voice, speed, pitch, s_words[digit]) ?? throw new IOException($"espeak-ng: expected a sound of the voice {voice}, found none.");
                        utterances.Add(new Utterance(sound, digit, voice));
                    }
                }
            }
            return utterances;
        }
    }

    private static WaveFile? Speak(string voice, int speed, int pitch, string word)
    {
        var start = new ProcessStartInfo("espeak-ng") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[]
        {
            "-v", voice, "-s", speed.ToString(CultureInfo.InvariantCulture), "-p", pitch.ToString(CultureInfo.InvariantCulture), "--stdout", word,
        })
            start.ArgumentList.Add(argument);
        try
        {
            using var process = Process.Start(start)!;
            using var sound = new MemoryStream();
            process.StandardOutput.BaseStream.CopyTo(sound);
            process.WaitForExit();
            return process.ExitCode == 0 && sound.Length > 44 ? WaveFile.Decode(sound.ToArray(), $"espeak-ng, {voice}, {word}") : null;
        }
        catch (Win32Exception)
        {
            // It is not installed.
            return null;
        }
    }

    /// <summary>Two tones, as on a telephone, from a lower to a higher place by the digit, of a length and a loudness of their own.</summary>
    private static WaveFile Tone(int digit, ref RandomStream random)
    {
        const int Rate = 22_050;
        var (length, voice) = (Rate / 3 + (int)(Rate / 4 * random.NextDouble()), 0.9 + 0.2 * random.NextDouble());
        var samples = new float[length];
        for (var i = 0; i < length; i++)
        {
            var (time, part) = (i / (double)Rate, i / (double)length);
            var first = 300 * Math.Pow(1.25, digit) * voice;
            var second = 500 * Math.Pow(1.22, (digit * 7 + 3) % 10) * voice;
            samples[i] = (float)(0.3 * Math.Sin(2 * Math.PI * (part < 0.5 ? first : second) * time) + 0.02 * random.NextNormal());
        }
        return new WaveFile(samples, Rate);
    }
}
