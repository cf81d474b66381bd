import AuthKeys
import Codecs
import LambdaRuntime
import Logging
import PostgresClient
import ServiceKit

/// What is to be remembered of a new password beside its hash.
enum PasswordNote {
    /// For the transaction that sets it, behind the statement that does.
    static func note(_ password: Password, of user: UUID) -> SQL {
        "select auth.note_password(\(user), \(PasswordPolicy.needsFactor(password)))"
    }
}

extension AuthService {
    /// The vault for one invocation; `roots` are those of `currentKeys`.
    func passwordVault(_ roots: RootKeys, _ context: InvocationContext) -> PasswordVault {
        PasswordVault(roots: roots, cost: passwordCost) { unreadable in
            context.logger.error(
                "a stored password cannot be read",
                metadata: [
                    "userId": "\(unreadable.userID)", "keyId": "\(unreadable.keyID)",
                    "isAuthentic": "\(unreadable.isAuthentic)",
                ])
        }
    }

    /// Refuses a password that nobody should choose, before anything is hashed.
    ///
    /// For callers who have been counted: a peer may be asked.
    ///
    /// - Parameters:
    ///   - hasSecondFactor: whether the account has a confirmed one
    ///   - email: the account's address, whose local part does not make a password
    ///   - pointer: the member's place in the body, as `/password`
    /// - Throws: `Problem` 422 `weak_password`: what `PasswordPolicy.check` throws, or `breached`.
    func demandGood(
        _ password: Password, hasSecondFactor: Bool, email: String, at pointer: String,
        _ context: InvocationContext
    ) throws(Problem) {
        try PasswordPolicy().check(password, hasSecondFactor: hasSecondFactor, email: email, at: pointer)
        try demandUnbreached(password, at: pointer, context)
    }

    /// Has the peer asked about a password of somebody whom nothing is known of, who is counted before that.
    ///
    /// Not by the limits of sign-ups, which somebody who tries three stolen passwords would have used up for a day.
    ///
    /// - Throws: `Problem` 422 `weak_password` with `breached`, 429 `throttled`; `DatabaseError`.
    func demandUnbreached(
        _ password: Password, ofStranger limits: MailLimits, at pointer: String, _ context: InvocationContext
    ) throws {
        guard breachedPasswords != nil else { return }
        let take = Throttle.take(limits.breachLookUp, now: now())
        try Throttle.demandTurn(try database.unitOfWork(deadline: context.deadline) { try $0.query(take).only() })
        try demandUnbreached(password, at: pointer, context)
    }

    private func demandUnbreached(
        _ password: Password, at pointer: String, _ context: InvocationContext
    ) throws(Problem) {
        if let breachedPasswords, breachedPasswords.contain(password, context) {
            throw PasswordPolicy.refusal(at: pointer, "breached")
        }
    }
}
