import Codecs
import PostgresClient
import ServiceKit

/// The administrators' functions; the caller has been let in by `Entry`, and each function asks again who it is.
enum AdministrationStore {
    /// Who asks, and what the log tells of it.
    struct Actor {
        let caller: SignedInCaller
        let time: Timestamp
        let addressPrefix: String
        let requestID: String
    }

    /// Which accounts a list has.
    struct Filter {
        let status: String?
        let role: String?
        /// Of the canonical address.
        let emailPrefix: String?
    }

    /// The newest accounts first, behind `position`.
    static func users(
        _ actor: Actor, _ filter: Filter, after position: ListPosition?, limit: Int
    ) -> SQL {
        """
        select \(raw: AccountOverview.columns) from auth.admin_users(\(actor: actor), \(position?.time),
            \(position?.id), \(Int32(limit)), \(filter.status), \(filter.role), \(filter.emailPrefix))
        """
    }

    static func user(_ actor: Actor, _ user: UUID) -> SQL {
        "select \(raw: AccountOverview.columns) from auth.admin_user(\(actor: actor), \(user))"
    }

    /// Nil is left as it is.
    static func change(_ actor: Actor, _ user: UUID, role: String?, status: String?) -> SQL {
        """
        select \(raw: AccountOverview.columns)
        from auth.admin_change_user(\(actor: actor), \(user), \(role), \(status))
        """
    }

    static func revokeSessions(_ actor: Actor, _ user: UUID) -> SQL {
        "select auth.admin_revoke_sessions(\(actor: actor), \(user))"
    }

    /// One row with the `email` and the `locale` that the mail goes to.
    static func forceReset(_ actor: Actor, _ user: UUID) -> SQL {
        "select email, locale from auth.admin_force_reset(\(actor: actor), \(user))"
    }

    /// One row with the `email` and the `locale` that the mail goes to, and `password_needs_factor`: the password was
    /// long enough beside the factor only, and signs nobody in any more.
    static func removeFactors(_ actor: Actor, _ user: UUID) -> SQL {
        "select email, locale, password_needs_factor from auth.admin_remove_factors(\(actor: actor), \(user))"
    }
}

extension SQL.StringInterpolation {
    /// The first four arguments of every administrators' function.
    mutating func appendInterpolation(actor: AdministrationStore.Actor) {
        appendInterpolation(actor.caller.userID)
        appendLiteral(", ")
        appendInterpolation(actor.caller.sessionID)
        appendLiteral(", ")
        appendInterpolation(actor.time)
        appendLiteral(", ")
        appendInterpolation([actor.addressPrefix, actor.requestID])
    }
}
