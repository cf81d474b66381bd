internal import Codecs

extension LedgerReport {
    /// The report as one page that needs nothing else: no script, no font, no file.
    package var page: String {
        """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>Ledger, \(Self.moment(madeAt)) UTC</title>
        <style>\(LedgerReportStyle.text)</style></head>
        <body><main>
        <header><div><p class="brand">Nerdwork+</p><h1>Ledger report</h1></div>
        <p class="when">\(Self.moment(madeAt)) UTC</p></header>
        <section class="cards">\(cards)</section>
        \(charts)
        \(tables)
        <footer>\(Self.escaped(verdict)) Amounts are whole NWT; days are UTC.</footer>
        </main></body></html>

        """
    }

    private var cards: String {
        let month = rewards.reduce(Int64(0)) { $0 &+ $1.amount }
        let count = kinds.reduce(Int64(0)) { $0 + $1.count }
        let proofWord = proof.root == nil ? "none yet" : proof.isAnchored ? "anchored" : "not anchored"
        return [
            card("In circulation", Self.grouped(circulation), "NWT"),
            card("Wallets", Self.grouped(wallets), "opened"),
            card("Transactions", Self.grouped(count), "in \(Self.rewardDays) days"),
            card("Rewards", Self.grouped(month), "NWT in \(Self.rewardDays) days"),
            card(
                "Books", net == 0 ? "balanced" : "off by \(Self.grouped(net))",
                proof.audit.map { "audit \($0)" } ?? "no audit yet",
                mood: net == 0 && [nil, "clean"].contains(proof.audit) ? "good" : "bad"),
            card("Root", proof.root.map { "\($0)" } ?? "–", proofWord, mood: proof.isAnchored ? "good" : ""),
        ].joined()
    }

    private func card(_ name: String, _ value: String, _ note: String, mood: String = "") -> String {
        """
        <div class="card \(mood)"><h2>\(name)</h2><p class="value">\(Self.escaped(value))</p>\
        <p class="note">\(Self.escaped(note))</p></div>
        """
    }

    private var charts: String {
        let supply = LedgerReportChart(
            days: supply, width: 1_000, height: 250, label: "NWT in circulation at the end of each day")
        let rewards = LedgerReportChart(days: rewards, width: 1_000, height: 220, label: "Rewards of each day in NWT")
        return """
            <section class="panel"><h2>Supply <span>in circulation at the end of each day, \(Self.supplyDays) days</span></h2>
            \(supply.area(gradient: "supply"))</section>
            <section class="panel second"><h2>Rewards <span>per day, \(Self.rewardDays) days</span></h2>
            \(rewards.bars())</section>
            """
    }

    private var tables: String {
        let holders = top.map { ($0.account, Int128($0.balance), "") }
        let types = kinds.map { ($0.name, Int128($0.volume), "\(Self.grouped($0.count)) ×") }
        return """
            <div class="columns"><section class="panel"><h2>Top accounts</h2>\(Self.meters(holders))</section>
            <section class="panel second"><h2>Transactions <span>NWT received, \(Self.rewardDays) days</span></h2>\
            \(Self.meters(types))</section></div>
            <section class="panel"><h2>Trial balance</h2><div class="scroll"><table>
            <thead><tr><th>Account<th>Accounts<th>Entries<th>Debit<th>Credit</tr></thead><tbody>\(trialRows)</tbody>
            <tfoot><tr><th>Total<td><td><td>\(Self.grouped(sides.debit))<td>\(Self.grouped(sides.credit))</tr></tfoot>
            </table></div></section>
            """
    }

    private var trialRows: String {
        trial.map { line in
            """
            <tr><th>\(Self.escaped(line.name))<td>\(Self.grouped(line.accounts))<td>\(Self.grouped(line.entries))\
            <td>\(Self.debit(line))<td>\(Self.credit(line))</tr>
            """
        }.joined()
    }

    /// Names, bars and amounts below each other.
    private static func meters(_ values: [(name: String, amount: Int128, note: String)]) -> String {
        let most = values.map(\.amount).max() ?? 0
        guard most > 0 else { return "<p class=\"note\">Nothing yet.</p>" }
        return "<ol class=\"meters\">"
            + values.map { value in
                let share = (Double(value.amount) / Double(most) * 1_000).rounded() / 10
                return """
                    <li><div><span class="name">\(escaped(value.name))</span>\
                    <span><i>\(escaped(value.note))</i> \(grouped(value.amount))</span></div>\
                    <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">\
                    <rect class="track" width="100" height="4"/><rect class="bar" width="\(share)" height="4"/></svg></li>
                    """
            }.joined() + "</ol>"
    }

    /// Text in HTML: names of accounts come from outside.
    static func escaped(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.append(character)
            }
        }
    }
}
