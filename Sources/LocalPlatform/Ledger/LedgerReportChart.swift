internal import Codecs

/// A chart of days as SVG: no script, colours by the page's style, exact numbers as titles.
struct LedgerReportChart {
    let days: [LedgerReport.Day]
    /// In the units of the viewBox.
    let width: Double
    let height: Double
    /// What the chart shows, for who cannot see it.
    let label: String

    private static let (left, right, top, bottom) = (46.0, 10.0, 10.0, 24.0)

    private var most: Int64 { max(1, days.map(\.amount).max() ?? 0) }
    private var step: Int64 { LedgerReport.step(for: most, count: 4) }
    private var highest: Double { Double((most + step - 1) / step * step) }
    private var slot: Double { (width - Self.left - Self.right) / Double(max(1, days.count)) }
    private var floor: Double { height - Self.bottom }

    private func x(_ index: Int) -> Double { Self.left + slot * (Double(index) + 0.5) }
    private func y(_ amount: Int64) -> Double { floor - Double(max(0, amount)) / highest * (floor - Self.top) }

    /// A line with the space below it filled.
    func area(gradient: String) -> String {
        let points = days.indices.map { "\(Self.number(x($0))),\(Self.number(y(days[$0].amount)))" }
        guard let first = points.first, let last = days.indices.last else { return frame("") }
        let line = points.dropFirst().map { " L\($0)" }.joined()
        let fill =
            "M\(Self.number(x(0))),\(Self.number(floor)) L\(first)\(line) L\(Self.number(x(last))),\(Self.number(floor)) Z"
        let dot =
            "<circle class=\"dot\" cx=\"\(Self.number(x(last)))\" cy=\"\(Self.number(y(days[last].amount)))\" r=\"4\"/>"
        return frame(
            """
            <defs><linearGradient id="\(gradient)" x1="0" y1="0" x2="0" y2="1">\
            <stop class="from" offset="0"/><stop class="to" offset="1"/></linearGradient></defs>
            <path fill="url(#\(gradient))" d="\(fill)"/>
            <path class="line" d="M\(first)\(line)"/>
            \(dot)
            \(hovers { "\($0.day): \(LedgerReport.grouped($0.amount)) NWT" })
            """)
    }

    /// One bar a day.
    func bars() -> String {
        let wide = slot * 0.72
        let bars = days.indices.map { index in
            let (amount, high) = (days[index].amount, floor - y(days[index].amount))
            guard amount > 0 else { return "" }
            return """
                <rect class="bar" x="\(Self.number(x(index) - wide / 2))" y="\(Self.number(floor - max(2, high)))" \
                width="\(Self.number(wide))" height="\(Self.number(max(2, high)))" rx="3"/>
                """
        }
        return frame(
            bars.joined()
                + hovers {
                    "\($0.day): \(LedgerReport.grouped($0.amount)) NWT in \(LedgerReport.grouped($0.count)) rewards"
                }
        )
    }

    /// Unseen rectangles over the whole height, which tell the numbers to whoever points at them.
    private func hovers(_ title: (LedgerReport.Day) -> String) -> String {
        days.indices.map { index in
            """
            <rect class="hover" x="\(Self.number(x(index) - slot / 2))" y="\(Self.number(Self.top))" \
            width="\(Self.number(slot))" height="\(Self.number(floor - Self.top))"><title>\(title(days[index]))</title></rect>
            """
        }.joined()
    }

    private func frame(_ content: String) -> String {
        """
        <svg viewBox="0 0 \(Self.number(width)) \(Self.number(height))" role="img" aria-label="\(label)">
        \(grid)\(dates)
        \(content)
        </svg>
        """
    }

    private var grid: String {
        stride(from: Int64(0), through: Int64(highest), by: Int64.Stride(step)).map { amount in
            let height = Self.number(y(amount))
            return """
                <line class="\(amount == 0 ? "axis" : "grid")" x1="\(Self.number(Self.left))" x2="\(Self.number(width - Self.right))" \
                y1="\(height)" y2="\(height)"/>\
                <text x="\(Self.number(Self.left - 8))" y="\(Self.number(y(amount) + 4))" text-anchor="end">\(LedgerReport.short(amount))</text>
                """
        }.joined()
    }

    /// A date each week, back from today.
    private var dates: String {
        days.indices.reversed().filter { (days.count - 1 - $0).isMultiple(of: 7) }.map { index in
            let text = "\(days[index].day)".dropFirst(5)
            return """
                <text x="\(Self.number(x(index)))" y="\(Self.number(height - 6))" text-anchor="middle">\(text)</text>
                """
        }.joined()
    }

    /// With one decimal.
    private static func number(_ value: Double) -> String {
        "\((value * 10).rounded() / 10)"
    }
}
