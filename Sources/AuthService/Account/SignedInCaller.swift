import Codecs
import PostgresClient
import ServiceKit

/// Whom a verified token names; whether the session still lives is the database's to say.
struct SignedInCaller: Hashable, Sendable {
    let userID: UUID
    let sessionID: UUID
}

/// What the database says of a caller whom it has let in.
struct EnteredCaller: Hashable, Sendable {
    let userID: UUID
    let sessionID: UUID
    let role: String
    /// `aal1` or `aal2`: how strongly the session was authenticated.
    let acr: String
    let authenticatedAt: Timestamp
    /// As its owner typed it.
    let email: String
    let locale: String
    /// Whether a second factor is confirmed.
    let hasTOTP: Bool
}

/// Lets a caller in, as the first statement of a batch or transaction.
enum Entry {
    /// What the session must be good for.
    enum Demand {
        /// It lives.
        case living
        /// It lives, and was authenticated with the second factor where the account has one.
        case strong
    }

    /// Makes the rows of the caller visible until the transaction ends, or fails (`DatabaseError.refusal`): then nothing
    /// of the batch takes effect, not even what would not have needed a row of the caller.
    static func statement(_ caller: SignedInCaller, _ demand: Demand = .living, now: Timestamp) -> SQL {
        let function =
            switch demand {
            case .living: "auth.demand_entry"
            case .strong: "auth.demand_strong_entry"
            }
        return """
            select role, acr, authenticated_at, email, locale, has_totp
            from \(raw: function)(\(caller.userID), \(caller.sessionID), \(now))
            """
    }

    static func decode(_ row: Row, _ caller: SignedInCaller) throws(DatabaseError) -> EnteredCaller {
        EnteredCaller(
            userID: caller.userID, sessionID: caller.sessionID, role: try row.decode("role"),
            acr: try row.decode("acr"), authenticatedAt: try row.decode("authenticated_at"),
            email: try row.decode("email"), locale: try row.decode("locale"), hasTOTP: try row.decode("has_totp"))
    }
}

extension Problem {
    /// What was asked for is not possible as things are.
    static let conflict = Problem(status: 409, code: "conflict")
}

extension DatabaseError {
    /// What a refusal by the functions of schema `auth` tells the caller (docs/error-codes.md); nil for other errors.
    var refusal: Problem? {
        switch sqlState {
        case "NA401": .unauthenticated
        case "NA403": .forbidden
        case "NA404": .notFound
        case "NA409": .conflict
        case "NA433": .insufficientAAL
        default: nil
        }
    }
}
