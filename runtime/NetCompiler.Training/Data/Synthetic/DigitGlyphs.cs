using System.Globalization;

namespace NetCompiler.Training.Data;

/// <summary>
/// How people write the digits 0 to 9, several ways each: pen strokes in a box from (0, 0) top left to (1, 1) bottom right.
/// </summary>
internal static class DigitGlyphs
{
    // L: straight lines through points. S: a smooth curve through points. C: a smooth closed curve.
    private static readonly string[][] s_sources =
    [
        [
            "C .5,0 .2,.16 .1,.5 .2,.84 .5,1 .8,.84 .9,.5 .8,.16",
            "S .62,.03 .32,.12 .14,.5 .26,.87 .5,1 .78,.82 .86,.45 .72,.1 .42,.06",
            "S .7,.08 .45,0 .2,.22 .12,.58 .25,.92 .52,.98 .8,.75 .85,.4 .68,.06 .55,.1",
        ],
        [
            "L .5,0 .5,1",
            "L .58,0 .46,1",
            "L .28,.24 .53,0 .53,1",
            "L .3,.22 .53,0 .53,1; L .25,1 .8,1",
        ],
        [
            "S .12,.25 .3,.04 .6,0 .84,.2 .74,.5 .45,.75 .1,1; L .1,1 .92,1",
            "S .15,.2 .45,0 .8,.16 .75,.45 .42,.8 .14,.96 .2,.8 .45,.88 .92,1",
            "S .15,.15 .5,.02 .82,.2 .7,.5 .35,.8 .12,.98; S .12,.98 .4,.92 .62,1 .92,.94",
        ],
        [
            "S .15,.1 .5,0 .82,.2 .7,.42 .38,.48; S .38,.48 .8,.55 .88,.8 .5,1 .1,.9",
            "L .15,.02 .85,.02 .42,.4; S .42,.4 .78,.48 .88,.74 .55,1 .1,.9",
            "S .2,.08 .6,.02 .78,.22 .6,.42 .42,.47 .72,.55 .84,.78 .6,.98 .12,.94",
        ],
        [
            "L .22,0 .1,.58 .92,.58; L .76,.18 .7,1",
            "L .7,1 .72,0 .08,.68 .96,.68",
            "S .2,.05 .14,.38 .3,.56 .78,.5; L .82,0 .72,1",
            "L .3,.02 .12,.55 .78,.5; S .8,.1 .76,.5 .74,1",
        ],
        [
            "L .85,0 .27,0 .2,.45; S .2,.45 .55,.36 .88,.6 .8,.88 .45,1 .1,.9",
            "S .3,.03 .24,.42 .5,.38 .84,.55 .82,.85 .5,1 .12,.92; L .3,.03 .92,.05",
            "S .88,.02 .5,.02 .3,.06 .22,.42 .55,.4 .85,.6 .78,.88 .4,1 .1,.95",
        ],
        [
            "S .75,.02 .4,.2 .15,.6 .2,.88 .5,1 .82,.85 .8,.6 .5,.5 .2,.66",
            "S .6,0 .32,.38 .15,.75 .4,1 .78,.86 .7,.6 .4,.58 .17,.78",
            "S .82,.1 .6,.02 .3,.2 .12,.62 .3,.96 .66,.96 .82,.72 .6,.52 .3,.58 .16,.76",
        ],
        [
            "L .1,.02 .9,.02 .42,1",
            "L .1,.04 .9,.02 .45,1; L .28,.52 .82,.5",
            "S .1,.16 .14,.04 .5,.07 .9,.02 .66,.4 .46,1",
            "L .12,.2 .14,.04 .88,.04 .6,.45 .5,1",
        ],
        [
            "S .76,.12 .5,0 .22,.2 .5,.46 .84,.75 .5,1 .16,.75 .5,.46 .78,.22 .72,.07",
            "C .5,0 .24,.22 .5,.46 .76,.22; C .5,.46 .15,.73 .5,1 .85,.73",
            "C .5,.47 .2,.24 .5,0 .8,.24 .5,.47 .12,.76 .5,1 .88,.76",
        ],
        [
            "S .82,.25 .55,0 .2,.2 .25,.44 .55,.5 .8,.28; L .83,.14 .78,1",
            "S .8,.2 .5,0 .2,.22 .45,.48 .78,.24 .84,.5 .7,.85 .3,1",
            "C .5,0 .2,.24 .48,.5 .8,.26; S .8,.26 .8,.6 .6,1",
        ],
    ];

    /// <summary>For each digit the ways to write it.</summary>
    public static IReadOnlyList<IReadOnlyList<IReadOnlyList<PenStroke>>> Styles { get; } =
        [.. s_sources.Select(ways => (IReadOnlyList<IReadOnlyList<PenStroke>>)[.. ways.Select(ParseGlyph)])];

    private static IReadOnlyList<PenStroke> ParseGlyph(string source) =>
        [.. source.Split(';', StringSplitOptions.TrimEntries).Select(ParseStroke)];

    private static PenStroke ParseStroke(string source)
    {
        var words = source.Split(' ');
        var points = words.Skip(1).Select(ParsePoint).ToArray();
        return new PenStroke(points, IsSmooth: words[0] != "L", IsClosed: words[0] == "C");
    }

    private static PenPoint ParsePoint(string source)
    {
        var comma = source.IndexOf(',', StringComparison.Ordinal);
        return new PenPoint(
            double.Parse(source.AsSpan(0, comma), CultureInfo.InvariantCulture),
            double.Parse(source.AsSpan(comma + 1), CultureInfo.InvariantCulture));
    }
}
