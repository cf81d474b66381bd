import Codecs
import Ledger
import Platform
import PostgresClient
import Synchronization
import TestSupport

/// What all clients were answered, by id; an id has one answer for ever.
final class AnswerBook: Sendable {
    private struct State {
        var requests: [UUID: [Posting]] = [:]
        var answers: [UUID: (answer: ReferenceLedger.Answer, balances: [AccountReference: Int64?])] = [:]
        var complaints: [String] = []
        var reconnections = 0
        var resolutions: [UUID: Int16] = [:]
        var purchases: [UUID: [Posting]] = [:]
    }

    private let state = Mutex(State())

    var requests: [UUID: [Posting]] { state.withLock { $0.requests } }
    var complaints: [String] { state.withLock { $0.complaints } }
    var reconnections: Int { state.withLock { $0.reconnections } }
    var answers: [UUID: ReferenceLedger.Answer] { state.withLock { $0.answers.mapValues(\.answer) } }

    /// What a hold may have posted; it is not asked for again, because a hold that was released posts nothing.
    func captured(_ posting: Posting) {
        state.withLock { $0.purchases[posting.id] = [posting] }
    }

    var purchases: [UUID: [Posting]] { state.withLock { $0.purchases } }

    /// Before a request is sent for the first time.
    func asked(_ posting: Posting) {
        state.withLock { $0.requests[posting.id, default: []].append(posting) }
    }

    /// When an answer has come.
    func answered(_ posting: Posting, _ answer: ReferenceLedger.Answer, _ balances: [Int64?]) {
        // A refusal is not remembered: what is refused now may be posted later.
        if case .refused = answer { return }
        let named = Dictionary(uniqueKeysWithValues: zip(posting.legs.map(\.account), balances))
        state.withLock { state in
            if let earlier = state.answers[posting.id] {
                if earlier.answer != answer || earlier.balances != named {
                    state.complaints.append("\(posting.id): first \(earlier), then \(answer) \(named)")
                }
            } else {
                state.answers[posting.id] = (answer, named)
            }
        }
    }

    /// How holds ended, as their clients were told: columns `ledger.holds.status`.
    var resolutions: [UUID: Int16] { state.withLock { $0.resolutions } }

    /// A hold ends once.
    func resolved(_ hold: UUID, _ status: Int16) {
        state.withLock { state in
            if let earlier = state.resolutions[hold], earlier != status {
                state.complaints.append("hold \(hold) ended as \(earlier) and as \(status)")
            }
            state.resolutions[hold] = status
        }
    }

    func reconnected() {
        state.withLock { $0.reconnections += 1 }
    }

    func complain(_ text: String) {
        state.withLock { $0.complaints.append(text) }
    }
}

/// One who asks, by way of a proxy that cuts, and asks again until there is an answer, or gives up.
final class Client {
    private let proxy: FaultProxy
    private let configuration: ConnectionConfiguration
    private let book: AnswerBook
    private var connection: PostgresConnection?
    private var requests: RandomLedger
    private var holds: [ReferenceHold] = []

    init(_ database: TestDatabase, stream: UInt64, book: AnswerBook) throws {
        proxy = try FaultProxy(to: database.server)
        configuration = proxy.through(try database.configuration())
        requests = RandomLedger(stream: stream)
        self.book = book
    }

    deinit {
        proxy.stop()
    }

    func run(steps: Int) throws {
        for _ in 0..<steps {
            if Int.random(in: 0..<8, using: &requests.random) == 0 {
                let side = FaultProxy.Side.allCases.randomElement(using: &requests.random) ?? .client
                proxy.arm(.cut(side, after: Int.random(in: 0..<6, using: &requests.random)))
            }
            let gaveUp = Int.random(in: 0..<10, using: &requests.random) == 0
            switch Int.random(in: 0..<10, using: &requests.random) {
            case 0:
                try attempt(onlyOnce: true) { try $0.fold(.treasury, limit: 15) }
            case 4: try hold(onlyOnce: gaveUp)
            case 1..<4:
                let batch = try (0..<Int.random(in: 2...8, using: &requests.random)).map { _ in try requests.new() }
                batch.forEach(book.asked)
                try attempt(onlyOnce: gaveUp) { connection in
                    for (posting, answer) in zip(batch, try connection.answers(batch)) {
                        book.answered(posting, answer.0, answer.1)
                    }
                }
            default:
                let posting = try requests.posting()
                book.asked(posting)
                try attempt(onlyOnce: gaveUp) { connection in
                    let answer = try connection.answer(posting)
                    book.answered(posting, answer.0, answer.1)
                }
            }
        }
    }

    /// Opens a hold, then tries to end it twice, in different ways.
    private func hold(onlyOnce: Bool) throws {
        let hold = requests.hold([])
        try attempt(onlyOnce: onlyOnce) { _ = try $0.query(try hold.open) }
        let amount = Int64.random(in: 1...hold.amount, using: &requests.random)
        let purchase = try hold.purchase(requests.identifier(), amount)
        let capture = hold.capture(purchase.id, amount)
        let book = book
        for status in [Int16(1), 2].shuffled(using: &requests.random) {
            try attempt(onlyOnce: onlyOnce) { connection in
                let outcome: Int16? = try connection.query(status == 1 ? capture : hold.release).only()
                    .decodeIfPresent("outcome")
                if outcome == 0 { book.resolved(hold.id, status) }
            }
        }
        book.captured(purchase)
    }

    /// Does it until it succeeds; a deadlock is no accident but a defect.
    private func attempt(onlyOnce: Bool, _ work: (PostgresConnection) throws -> Void) throws {
        for _ in 0..<5_000 {
            do {
                let connection = try self.connection ?? PostgresConnection(configuration, timeoutMilliseconds: 60_000)
                self.connection = connection
                return try work(connection)
            } catch let error as DatabaseError {
                if error.sqlState == "40P01" { book.complain("deadlock: \(error)") }
                connection = nil
                book.reconnected()
                if onlyOnce { return }
                usleep(5_000)
            }
        }
        throw HarnessError("the server does not come back")
    }
}
