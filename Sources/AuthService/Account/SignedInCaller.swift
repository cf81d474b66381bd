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
    /// Makes the rows of the caller visible until the transaction ends, or fails with `refusedState`: then nothing of
    /// the batch takes effect, not even what would not have needed a row of the caller.
    static func statement(_ caller: SignedInCaller, now: Timestamp) -> SQL {
        """
        select role, acr, authenticated_at, email, locale, has_totp
        from auth.demand_entry(\(caller.userID), \(caller.sessionID), \(now))
        """
    }

    static func decode(_ row: Row, _ caller: SignedInCaller) throws(DatabaseError) -> EnteredCaller {
        EnteredCaller(
            userID: caller.userID, sessionID: caller.sessionID, role: try row.decode("role"),
            acr: try row.decode("acr"), authenticatedAt: try row.decode("authenticated_at"),
            email: try row.decode("email"), locale: try row.decode("locale"), hasTOTP: try row.decode("has_totp"))
    }

    /// The session is over, its account suspended or going to be deleted, or there is none such.
    static let refusedState = "NA401"
}

extension DatabaseError {
    /// What a refusal by the functions of schema `auth` tells the caller; nil for any other error.
    var refusal: Problem? {
        switch sqlState {
        case Entry.refusedState: .unauthenticated
        case "NA403": .forbidden
        case "NA404": .notFound
        default: nil
        }
    }
}
