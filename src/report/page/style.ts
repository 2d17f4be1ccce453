/** The page's looks: readable on a phone, on paper, in the dark, and without colour. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #5a6470; --line: #d5dae0; --back: #ffffff; --raised: #f5f7f9; --accent: #0b5cad; --warn: #8a4b00; --warnback: #fff3df; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ebee; --soft: #a3adb8; --line: #3a424b; --back: #14181c; --raised: #1d2329; --accent: #6cb2ff; --warn: #ffcf87; --warnback: #3a2a10; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1280px; padding: 24px 20px 64px; font: 15px/1.5 Inter, system-ui, sans-serif; color: var(--ink); background: var(--back); }
h1 { font-size: 26px; line-height: 1.25; margin: 8px 0; } h2 { font-size: 20px; margin: 40px 0 8px; } h3 { font-size: 16px; margin: 24px 0 6px; }
p { max-width: 78ch; } a { color: var(--accent); } .soft { color: var(--soft); } small, .note { font-size: 13px; color: var(--soft); }
.demo { display: inline-block; border: 1px solid currentColor; border-radius: 3px; padding: 0 5px; font-size: 12px; font-weight: 700; color: var(--warn); vertical-align: 1px; }
.warning { background: var(--warnback); color: var(--warn); padding: 8px 12px; border-radius: 6px; margin: 8px 0; max-width: none; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: 8px 0; }
thead th { border-top: 2px solid var(--ink); border-bottom: 1px solid var(--ink); text-align: right; white-space: nowrap; }
tbody tr:last-child > * { border-bottom: 2px solid var(--ink); }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: 13px; background: var(--raised); padding: 10px 12px; border-radius: 6px; }
nav { display: flex; flex-wrap: wrap; gap: 4px 16px; border-block: 1px solid var(--line); padding: 8px 0; margin-top: 16px; } section { scroll-margin-top: 12px; }
ul { padding-left: 20px; max-width: 78ch; } li { margin: 4px 0; }
.wide { font-size: 13px; } .wide th, .wide td { padding: 5px 6px; } .wide .interval, .wide .paper { font-size: 11px; }
#key-numbers thead th { white-space: normal; vertical-align: bottom; min-width: 9em; } .wide tbody th { white-space: normal; min-width: 11em; }
.trainings thead th { white-space: normal; vertical-align: bottom; min-width: 5em; }
.claims td { min-width: 11em; max-width: 52ch; } .claims td.verdict { white-space: nowrap; min-width: 0; } .evidence { display: block; font-size: 13px; }
th, td { padding: 5px 8px; text-align: right; vertical-align: top; } td { white-space: nowrap; } td.text { white-space: normal; } th:first-child, td.text, th.text { text-align: left; } tbody th { font-weight: 400; white-space: nowrap; } tbody th.group { font-weight: 600; }
tbody tr:nth-child(even) { background: var(--raised); }
td .interval, td .paper { display: block; font-size: 12px; color: var(--soft); white-space: nowrap; } td .only { font-style: italic; color: var(--soft); }
th button { all: unset; cursor: pointer; } th button:focus-visible { outline: 2px solid var(--accent); } th[aria-sort=ascending] button::after { content: ' \\2191'; } th[aria-sort=descending] button::after { content: ' \\2193'; }
.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 480px), 1fr)); gap: 20px; } figure { margin: 0; min-width: 0; }
.figures.small { grid-template-columns: repeat(auto-fill, minmax(min(100%, 300px), 1fr)); } .figures.small .chart { height: 240px; } .figures.small figcaption { display: none; }
.chart { position: relative; height: 340px; background: var(--back); border: 1px solid var(--line); border-radius: 6px; padding: 6px; } figcaption { font-size: 13px; color: var(--soft); margin-top: 4px; }
figure { scroll-margin-top: 12px; } figure + figure { margin-top: 20px; } .figures figure + figure { margin-top: 0; } figure img { max-width: 100%; height: auto; border: 1px solid var(--line); border-radius: 6px; background: #fff; } summary { cursor: pointer; margin: 8px 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; } dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; } code { font-size: 13px; overflow-wrap: anywhere; }
@media (max-width: 600px) { .chart { height: 300px; } .many .chart { height: 480px; } #key-numbers thead th { min-width: 0; } .wide tbody th { min-width: 0; } tbody th, thead th:first-child { position: sticky; left: 0; background: var(--back); max-width: 9.5em; white-space: normal; overflow-wrap: break-word; } .metrics tbody th, .metrics thead th:first-child { min-width: 11.5em; max-width: 11.5em; } .claims, .claims tbody, .claims tr, .claims td { display: block; } .claims thead { display: none; } .claims td, .claims td.verdict { max-width: none; padding: 2px 8px; } .claims tr { padding: 8px 0; } .claims tbody tr:last-child > * { border-bottom: 0; } tbody tr:nth-child(even) th { background: var(--raised); } dl { grid-template-columns: 1fr; } dd { margin-bottom: 6px; } body { padding: 12px 12px 48px; } th, td { padding: 4px 6px; } }
@page { margin: 14mm; }
@media print { :root { --ink: #000; --soft: #444; --line: #bbb; --back: #fff; --raised: #fff; --warn: #000; --warnback: #fff; } body { max-width: none; padding: 0; font-size: 11px; } nav { display: none; } thead { display: table-row-group; } .note, .evidence, figcaption, code, pre, .warning { font-size: 10px; } h1 { font-size: 20px; } h2 { font-size: 15px; margin-top: 24px; } h3 { font-size: 12px; } .wide { font-size: 8px; } .wide .interval, .wide .paper { font-size: 6.5px; } h2, h3 { break-after: avoid; } figure, tr { break-inside: avoid; } .scroll { overflow: visible; } th, td, .wide th, .wide td { padding: 3px; } .chart, .figures.small .chart { height: auto; } .chart canvas { width: 100% !important; height: auto !important; } details:not([open]) { display: none; } .demo { font-size: 0.85em; padding: 0 3px; } .figures, .figures.small { grid-template-columns: 1fr 1fr; } .many { grid-column: 1 / -1; } th button::after { content: '' !important; } #key-numbers tbody th { white-space: normal; } }
`

/** What differs where no script draws the charts: their pictures take the place. */
export const STYLE_WITHOUT_SCRIPT = `.chart, .figures.small .chart { height: auto; } .chart canvas { display: none; } .chart img { display: block; border: 0; }`
