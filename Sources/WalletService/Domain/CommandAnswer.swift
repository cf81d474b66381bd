import LambdaEvents
import ServiceKit
import StrictJSON

/// What the database decided about a request, now or when it was made for the first time.
struct CommandAnswer: Sendable {
    let status: Int
    /// The code of a problem; empty where the answer is none.
    let code: String
    /// The members of the answer, or of the problem.
    let body: JSONValue
    /// Whether this very call wrote an event to the outbox.
    let isAnnounced: Bool

    /// The members in the order in which answers show them.
    ///
    /// A database keeps an object's members in an order of its own; a name that is not listed here is not shown.
    private static let members = [
        "transactionId", "holdId", "type", "state", "amount", "recipientId", "payerId", "creatorId", "comicId",
        "reverses", "captured", "creatorAmount", "fee", "balance", "createdAt", "expiresAt", "resolvedAt",
    ]

    /// The answer; the same bytes for the same decision.
    ///
    /// - Throws: `Problem` for a refusal.
    func response() throws -> APIResponse {
        guard code.isEmpty else { throw try problem() }
        return Self.response(status: status, body)
    }

    /// An answer with the members of a stored object.
    static func response(status: Int = 200, _ body: JSONValue) -> APIResponse {
        APIResponse.json(status: status) { answer in
            for name in members { answer.optional(name, body[name]) }
        }
    }

    private func problem() throws -> Problem {
        guard var problem = Problem.wallet(code) else { throw AnswerUnknown() }
        for name in ["balance", "held", "available"] {
            guard let value = try body[name]?.integer() else { continue }
            problem.figures.append(Problem.Figure(name: name, value: value))
        }
        return problem
    }
}

/// A remembered answer that this version cannot give.
struct AnswerUnknown: Error {}
