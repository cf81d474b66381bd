internal import Codecs

extension Books {
    /// The books as a table, and the newest audit's result below it.
    package var table: String {
        var rows = [["Account", "Kind", "Balance", "Entries", "Last movement (UTC)"]]
        rows += accounts.map { account in
            [
                account.reference, account.kind, Self.grouped(account.balance), Self.grouped(account.entries),
                account.lastMovement.map(Self.moment) ?? "-",
            ]
        }
        if accountCount > Int64(accounts.count) {
            rows.append(["… and \(Self.grouped(accountCount - Int64(accounts.count))) more", "", "", "", ""])
        }
        rows.append(["Total", "", Self.grouped(total), "", total == 0 ? "balanced" : "NOT BALANCED"])
        return Self.layout(rows, right: [2, 3]) + "\n\n" + audit
    }

    private var audit: String {
        guard let lastAudit else { return "Last audit: none yet" }
        let findings = lastAudit.findings == 1 ? "1 finding" : "\(lastAudit.findings) findings"
        return "Last audit: \(lastAudit.state) (\(lastAudit.mode), \(findings), \(Self.moment(lastAudit.finishedAt)))"
    }

    private static func layout(_ rows: [[String]], right: Set<Int>) -> String {
        let widths = (0..<5).map { column in rows.map { $0[column].count }.max() ?? 0 }
        var lines = rows.map { row in
            zip(row, widths).enumerated().map { column, cell in
                let space = String(repeating: " ", count: cell.1 - cell.0.count)
                return right.contains(column) ? space + cell.0 : cell.0 + space
            }.joined(separator: "  ").trimmingSpacesAtEnd
        }
        let rule = String(repeating: "-", count: widths.reduce(8, +))
        lines.insert(rule, at: 1)
        lines.insert(rule, at: lines.count - 1)
        return lines.joined(separator: "\n")
    }

    /// `2026-11-21 06:15:00`.
    private static func moment(_ timestamp: Timestamp) -> String {
        let text = RFC3339.format(timestamp)
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(8))"
    }

    /// `-1,234,567`.
    static func grouped(_ number: Int64) -> String {
        let digits = String(number.magnitude)
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(",") }
            text.append(digit)
        }
        return (number < 0 ? "-" : "") + text
    }
}

extension String {
    fileprivate var trimmingSpacesAtEnd: String {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
