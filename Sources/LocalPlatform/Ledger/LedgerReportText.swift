internal import Codecs

extension LedgerReport {
    /// The report for a terminal.
    package var text: String {
        [
            heading("Trial balance"), trialTable, "",
            heading("Supply, NWT in circulation at the end of each day"), Self.columns(supply, height: 8), "",
            heading("Rewards per day, NWT"), Self.columns(rewards, height: 8), "",
            heading("Top accounts"), Self.bars(top.map { ($0.account, Int128($0.balance), "") }), "",
            heading("Transactions of the last \(Self.rewardDays) days, NWT"),
            Self.bars(kinds.map { ($0.name, Int128($0.volume), "in \(Self.grouped($0.count))") }), "",
            verdict,
        ].joined(separator: "\n")
    }

    private func heading(_ text: String) -> String {
        text + "\n" + String(repeating: "─", count: text.count)
    }

    private var trialTable: String {
        var rows = trial.map { line in
            [line.name, Self.grouped(line.accounts), Self.grouped(line.entries), Self.debit(line), Self.credit(line)]
        }
        rows.insert(["Account", "Accounts", "Entries", "Debit", "Credit"], at: 0)
        let sides = sides
        rows.append(["", "", "", Self.grouped(sides.debit), Self.grouped(sides.credit)])
        let widths = (0..<5).map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            row.indices.map { Self.pad(row[$0], to: widths[$0], right: $0 > 0) }.joined(separator: "  ")
        }.joined(separator: "\n")
    }

    var verdict: String {
        let books = net == 0 ? "The books balance." : "THE BOOKS DO NOT BALANCE: off by \(Self.grouped(net))."
        return books + " " + auditSentence + " " + rootSentence
    }

    var auditSentence: String {
        guard let state = proof.audit, let time = proof.auditedAt else { return "No audit yet." }
        return "Last audit: \(state), \(Self.moment(time)) UTC."
    }

    var rootSentence: String {
        guard let root = proof.root else { return "No root yet." }
        let hash = Hex.encode(proof.rootHash.prefix(8))
        return "Root \(root), \(hash)…, \(proof.isAnchored ? "anchored" : "not anchored yet")."
    }

    /// Both sides of the trial balance.
    var sides: (debit: Int128, credit: Int128) {
        trial.reduce(into: (0, 0)) { sides, line in
            if line.balance < 0 { sides.debit -= line.balance } else { sides.credit += line.balance }
        }
    }

    static func debit(_ line: Line) -> String { line.balance < 0 ? grouped(0 - line.balance) : "" }
    static func credit(_ line: Line) -> String { line.balance < 0 ? "" : grouped(line.balance) }
}

// Charts of block elements.
extension LedgerReport {
    /// One column a day, in eighths of a line.
    static func columns(_ days: [Day], height: Int) -> String {
        let most = max(days.map(\.amount).max() ?? 0, 0)
        let label = max(short(most).count, 1)
        guard most > 0, let first = days.first, let last = days.last else { return "nothing yet" }
        var lines = (0..<height).reversed().map { line in
            let name = line == height - 1 ? short(most) : line == 0 ? "0" : ""
            let cells = days.map { day in
                let eighths = Int(Double(max(0, day.amount)) / Double(most) * Double(height * 8) + 0.5)
                let isVisible = day.amount > 0 && line == 0
                return blocks[min(8, max(isVisible ? 1 : 0, eighths - line * 8))]
            }
            return pad(name, to: label, right: true) + " │" + cells.joined()
        }
        let (left, right) = ("\(first.day)", "\(last.day)")
        let space = String(repeating: " ", count: max(1, days.count - left.count - right.count))
        lines.append(String(repeating: " ", count: label) + " └" + String(repeating: "─", count: days.count))
        lines.append(String(repeating: " ", count: label + 2) + left + space + right)
        return lines.joined(separator: "\n")
    }

    private static let blocks = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

    /// One line for each value.
    static func bars(_ values: [(name: String, amount: Int128, note: String)]) -> String {
        let most = values.map(\.amount).max() ?? 0
        guard most > 0 else { return "nothing yet" }
        let name = values.map(\.name.count).max() ?? 0
        let amount = values.map { grouped($0.amount).count }.max() ?? 0
        return values.map { value in
            let length = max(value.amount > 0 ? 1 : 0, Int(Double(value.amount) / Double(most) * 32))
            let bar = String(repeating: "█", count: length) + String(repeating: "░", count: 32 - length)
            let line = "\(pad(value.name, to: name))  \(bar)  \(pad(grouped(value.amount), to: amount, right: true))"
            return value.note.isEmpty ? line : "\(line)  \(value.note)"
        }.joined(separator: "\n")
    }

    static func pad(_ text: String, to width: Int, right: Bool = false) -> String {
        let space = String(repeating: " ", count: max(0, width - text.count))
        return right ? space + text : text + space
    }
}
