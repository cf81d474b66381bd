/// The look of the report's page, light and dark as the reader's system is.
enum LedgerReportStyle {
    static let text = """

        :root { --page: #f6f5f1; --panel: #fff; --ink: #1d1f27; --muted: #6d7080; --edge: #e6e3da; --grid: #ecebe5;
          --first: #5b4bdb; --second: #d9632b; --good: #1f8a5b; --bad: #c2303a; }
        @media (prefers-color-scheme: dark) {
          :root { --page: #121319; --panel: #1b1d26; --ink: #eceaf3; --muted: #9497a8; --edge: #2a2d3a; --grid: #262935;
            --first: #9a8cff; --second: #ff9a5c; --good: #58cf97; --bad: #ff7a80; } }
        * { box-sizing: border-box } body { margin: 0; background: var(--page); color: var(--ink);
          font: 15px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }
        main { max-width: 1080px; margin: 0 auto; padding: 32px 20px 48px }
        header { display: flex; justify-content: space-between; align-items: end; gap: 16px; margin-bottom: 24px }
        .brand { margin: 0; color: var(--first); font-weight: 700; letter-spacing: .02em }
        h1 { margin: 0; font-size: 32px; line-height: 1.15; letter-spacing: -.02em }
        .when { margin: 0; color: var(--muted); font-variant-numeric: tabular-nums; text-align: right }
        .cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px }
        .card, .panel { background: var(--panel); border: 1px solid var(--edge); border-radius: 14px }
        .card { padding: 14px 16px } .panel { padding: 18px 20px; margin-top: 12px }
        .card h2 { margin: 0; font-size: 13px; font-weight: 600; color: var(--muted) }
        .value { margin: 2px 0 0; font-size: 23px; font-weight: 680; letter-spacing: -.02em; overflow-wrap: anywhere;
          font-variant-numeric: tabular-nums } .note { margin: 0; color: var(--muted); font-size: 13px }
        .good .value { color: var(--good) } .bad .value { color: var(--bad) }
        .panel h2 { margin: 0 0 12px; font-size: 17px; letter-spacing: -.01em }
        .panel h2 span { color: var(--muted); font-weight: 400; font-size: 14px }
        .panel { --accent: var(--first) } .second { --accent: var(--second) }
        .columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 380px), 1fr)); gap: 0 12px }
        .columns .panel { height: calc(100% - 12px) }
        svg { display: block; width: 100%; height: auto; overflow: visible }
        svg text { fill: var(--muted); font-size: 12px; font-variant-numeric: tabular-nums }
        .grid { stroke: var(--grid) } .axis { stroke: var(--muted); stroke-opacity: .5 }
        .line { fill: none; stroke: var(--accent); stroke-width: 2.5; stroke-linejoin: round }
        .dot { fill: var(--panel); stroke: var(--accent); stroke-width: 2.5 } .bar { fill: var(--accent) }
        .from { stop-color: var(--accent); stop-opacity: .32 } .to { stop-color: var(--accent); stop-opacity: 0 }
        .hover { fill: var(--ink); fill-opacity: 0 } .hover:hover { fill-opacity: .06 }
        .meters { list-style: none; margin: 0; padding: 0; display: grid; gap: 10px }
        .meters div { display: flex; justify-content: space-between; gap: 12px; font-variant-numeric: tabular-nums }
        .meters .name { overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
        .meters i { color: var(--muted); font-style: normal } .meters svg { height: 6px; border-radius: 3px; overflow: hidden }
        .track { fill: var(--grid) } .scroll { overflow-x: auto }
        table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums }
        th, td { padding: 8px 10px; text-align: right; white-space: nowrap } th:first-child { text-align: left }
        thead th { color: var(--muted); font-size: 13px; font-weight: 600 } tbody th { font-weight: 500 }
        tbody tr, tfoot tr { border-top: 1px solid var(--edge) } tfoot { font-weight: 680 }
        footer { margin-top: 20px; color: var(--muted); font-size: 13px }
        @media (max-width: 520px) { h1 { font-size: 26px } .value { font-size: 20px } main { padding: 20px 12px } }
        @media print { body { background: none } .card, .panel { break-inside: avoid } }

        """
}
