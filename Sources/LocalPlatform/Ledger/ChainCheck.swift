internal import Codecs
internal import LedgerEvidence

/// Follows one balance row's entries from the first, and knows what must be true on the way.
struct ChainCheck {
    /// What somebody has written down about a position: the balance row, a checkpoint, a leaf.
    struct Mark {
        let name: String
        let seq: Int64
        let balance: Int64
        let head: [UInt8]
    }

    /// How people know the account.
    let name: String
    let account: Int64
    let stripe: Int16
    /// The position of the balance row: there is no entry behind it.
    private let end: Int64
    /// In the order of their positions.
    private var marks: [Mark]
    private var seq: Int64 = 0
    private var balance: Int64 = 0
    private var head = Hash.zero

    /// - Parameters:
    ///   - end: the position of the balance row
    ///   - marks: the balance row among them
    init(name: String, account: Int64, stripe: Int16, end: Int64, marks: [Mark]) {
        self.name = name
        self.account = account
        self.stripe = stripe
        self.end = end
        self.marks = marks.sorted { $0.seq < $1.seq }
    }

    /// Takes the next entry in.
    mutating func take(_ entry: ChainLink, balanceAfter: Int64) throws(LedgerBreak) {
        try compare()
        guard entry.seq <= end else { throw broken(entry.seq, entry.transaction, "the balance stands at \(end)") }
        guard entry.seq == seq + 1 else {
            throw broken(entry.seq, entry.transaction, "position \(seq + 1) is expected here")
        }
        let (sum, overflows) = balance.addingReportingOverflow(entry.amount)
        guard !overflows, sum == balanceAfter else {
            throw broken(entry.seq, entry.transaction, "states the balance \(balanceAfter), entries give \(sum)")
        }
        seq = entry.seq
        balance = sum
        head = entry.link(after: head)
    }

    /// All entries have come.
    mutating func finish() throws(LedgerBreak) {
        try compare()
        guard let mark = marks.first else { return }
        throw broken(seq + 1, nil, "no entry, and the \(mark.name) stands at \(mark.seq)")
    }

    /// Compares with the marks of the position reached.
    private mutating func compare() throws(LedgerBreak) {
        while let mark = marks.first, mark.seq <= seq {
            guard mark.balance == balance else {
                throw broken(seq, nil, "the \(mark.name) states the balance \(mark.balance), entries give \(balance)")
            }
            guard mark.head == head else {
                throw broken(seq, nil, "the \(mark.name) states another head than the entries up to here give")
            }
            marks.removeFirst()
        }
    }

    private func broken(_ seq: Int64, _ transaction: UUID?, _ detail: String) -> LedgerBreak {
        let stripe = stripe == 0 ? "" : ", stripe \(stripe)"
        let entry = transaction.map { ", transaction \($0)" } ?? ""
        return LedgerBreak(.chains, "account \(name) (\(account)\(stripe)), seq \(seq)\(entry)", detail)
    }
}
