namespace NetCompiler.Training.Reports;

/// <summary>How reports look: one style sheet, for screens in light and dark and for paper.</summary>
internal static class ReportStyle
{
    /// <summary>How many colours there are for curves and cells: those of M. Okabe and K. Ito without black.</summary>
    public const int SeriesCount = 6;

    /// <summary>The style sheet. Nothing in it needs to be escaped in XML.</summary>
    public const string Css = """

        :root {
          color-scheme: light dark;
          --page: #ffffff; --ink: #1b1f24; --quiet: #5c6670; --line: #d8dde2; --panel: #f5f7f9; --on-fill: #ffffff;
          --s1: #0072b2; --s2: #d55e00; --s3: #009e73; --s4: #cc79a7; --s5: #e69f00; --s6: #56b4e9;
        }
        @media screen and (prefers-color-scheme: dark) {
          :root {
            --page: #14171a; --ink: #e6e9ec; --quiet: #9aa4ae; --line: #333a41; --panel: #1d2126; --on-fill: #14171a;
            --s1: #56b4e9; --s2: #e69f00; --s3: #2bb58c; --s4: #cc79a7; --s5: #f0e442; --s6: #d55e00;
          }
        }
        * { box-sizing: border-box; }
        body {
          max-width: 66rem; margin: 0 auto; padding: 2.5rem 1.5rem 4rem; background: var(--page); color: var(--ink);
          font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "DejaVu Sans", Arial, sans-serif;
          font-variant-numeric: tabular-nums;
        }
        h1 { margin: 0; font-size: 2.1rem; line-height: 1.2; letter-spacing: -0.015em; }
        h2 { margin: 0; font-size: 1.35rem; line-height: 1.3; letter-spacing: -0.01em; }
        h3 { margin: 0 0 0.6rem; font-size: 1rem; }
        h3 small { margin-left: 0.35rem; color: var(--quiet); font-size: 0.875rem; font-weight: 400; }
        p { margin: 0.4rem 0 0; max-width: 46rem; }
        header p, section > p { color: var(--quiet); }
        header p { font-size: 1.05rem; }
        section { margin-top: 2.75rem; padding-top: 1.75rem; border-top: 1px solid var(--line); }
        main > section:first-child { margin-top: 1.5rem; padding-top: 0; border-top: 0; }
        figure { margin: 1.5rem 0 0; min-width: 0; }
        figcaption { margin-top: 0.6rem; max-width: 46rem; color: var(--quiet); font-size: 0.875rem; line-height: 1.45; }
        .columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr)); gap: 0 2.5rem; }
        .wide { overflow-x: auto; }
        .key-figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: 0.75rem; margin: 1.5rem 0 0; }
        .key-figures div { padding: 0.85rem 1rem; border-radius: 0.6rem; background: var(--panel); }
        .key-figures dt { color: var(--quiet); font-size: 0.875rem; }
        .key-figures dd { margin: 0; font-size: 1.5rem; font-weight: 600; line-height: 1.3; letter-spacing: -0.01em; }
        .facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(26rem, 100%), 1fr)); gap: 0 2.5rem; margin: 1.25rem 0; }
        .facts div { display: flex; gap: 1rem; padding: 0.4rem 0; border-bottom: 1px solid var(--line); font-size: 0.9375rem; }
        .facts dt { flex: 0 0 8.5rem; color: var(--quiet); }
        .facts dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
        table { border-collapse: collapse; margin-top: 1.25rem; width: 100%; font-size: 0.9375rem; }
        caption { padding-bottom: 0.5rem; text-align: left; color: var(--quiet); }
        th, td { padding: 0.4rem 0.75rem; border-bottom: 1px solid var(--line); text-align: left; font-weight: 400; }
        th:first-child, td:first-child { padding-left: 0; }
        th:last-child, td:last-child { padding-right: 0; }
        thead th { vertical-align: bottom; border-bottom-color: var(--quiet); color: var(--quiet); font-size: 0.875rem; }
        tfoot th, tfoot td { border-bottom: 0; font-weight: 600; }
        .number { text-align: right; } td.number, td.short { white-space: nowrap; }
        ul { list-style: none; margin: 0; padding: 0; }
        a { color: var(--s1); }
        .links li { margin-top: 0.7rem; }
        .links small { display: block; max-width: 46rem; color: var(--quiet); font-size: 0.875rem; }
        pre { margin: 0; padding: 0.9rem 1.1rem; border-radius: 0.6rem; background: var(--panel); font-size: 0.875rem; overflow-x: auto; }
        .legend { display: flex; flex-wrap: wrap; gap: 0.15rem 1.5rem; margin-bottom: 0.4rem; font-size: 0.875rem; color: var(--quiet); }
        .legend svg { width: 28px; height: 10px; margin-right: 0.5rem; }
        .legend b { color: var(--ink); font-weight: 600; }
        svg text { fill: var(--quiet); font-size: 13.5px; }
        .chart { display: block; width: 100%; max-width: 38rem; height: auto; overflow: visible; }
        .grid { stroke: var(--line); stroke-width: 1; }
        .axis { stroke: var(--quiet); stroke-width: 1; }
        .line { fill: none; stroke-width: 2.25; stroke-linejoin: round; stroke-linecap: round; }
        .marker { stroke: var(--page); stroke-width: 1.5; }
        .line.s1 { stroke: var(--s1); } .marker.s1, .fill.s1 { fill: var(--s1); }
        .line.s2 { stroke: var(--s2); stroke-dasharray: 7 5; } .marker.s2, .fill.s2 { fill: var(--s2); }
        .line.s3 { stroke: var(--s3); stroke-dasharray: 2 4.5; } .marker.s3, .fill.s3 { fill: var(--s3); }
        .line.s4 { stroke: var(--s4); stroke-dasharray: 10 4 2 4; } .marker.s4, .fill.s4 { fill: var(--s4); }
        .line.s5 { stroke: var(--s5); stroke-dasharray: 12 6; } .marker.s5, .fill.s5 { fill: var(--s5); }
        .line.s6 { stroke: var(--s6); stroke-dasharray: 4 3; } .marker.s6, .fill.s6 { fill: var(--s6); }
        .edge { stroke: var(--line); stroke-width: 1.25; }
        .node { stroke: var(--page); stroke-width: 1.5; } .node.wrong { stroke: var(--ink); stroke-width: 3; }
        .node-label { fill: var(--on-fill); font-size: 9.5px; }
        .mark { font-size: 9px; font-weight: 600; }
        .mark.s1 { fill: var(--s1); } .mark.s2 { fill: var(--s2); } .mark.s3 { fill: var(--s3); }
        .mark.s4 { fill: var(--s4); } .mark.s5 { fill: var(--s5); } .mark.s6 { fill: var(--s6); }
        .empty { fill: var(--panel); }
        .heat-map { display: block; max-width: none; }
        .heat-map text { fill: var(--ink); font-size: 12.5px; }
        .heat-map .label, .heat-map .summary { fill: var(--quiet); }
        .heat-map .on-fill { fill: var(--on-fill); font-weight: 600; }
        .pixels { display: block; max-width: 100%; height: auto; image-rendering: pixelated; }
        .pictures { display: grid; grid-template-columns: repeat(auto-fill, minmax(7rem, 1fr)); gap: 1.25rem 0.85rem; }
        .pictures li { display: flex; flex-direction: column; font-size: 0.875rem; line-height: 1.4; }
        .pictures img { margin-bottom: 0.45rem; border-radius: 0.25rem; }
        .pictures small { color: var(--quiet); font-size: 0.8125rem; }
        .scale { display: flex; align-items: center; gap: 0.5rem; margin-top: 0.5rem; color: var(--quiet); font-size: 0.8125rem; }
        .scale img { border-radius: 2px; }
        .bars { width: auto; margin: 0; font-size: 0.875rem; }
        .bars th, .bars td { padding: 0.1rem 0.6rem 0.1rem 0; border: 0; white-space: nowrap; }
        .bars svg { display: block; width: 14rem; height: 10px; }
        @media print {
          body { max-width: none; padding: 0; font-size: 10.5pt; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
          .columns { grid-template-columns: 1fr 1fr; }
          figure, p, tr, li, .key-figures { break-inside: avoid; }
          figure:has(.pictures) { break-inside: auto; }
          h2, h3, section > p { break-after: avoid; }
        }

        """;
}
