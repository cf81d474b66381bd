import AuthKeys
import Codecs
import LambdaRuntime
import Logging
import ServiceKit

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

    /// Refuses a password that nobody should choose; before anything is hashed or looked up.
    ///
    /// - Parameters:
    ///   - hasSecondFactor: whether the account has a confirmed one; never at sign-up
    ///   - email: the account's address, whose local part does not make a password
    ///   - pointer: the member's place in the body, as `/password`
    /// - Throws: `Problem` 422 `weak_password`: what `PasswordPolicy.check` throws, or `breached`.
    func demandGood(
        _ password: Password, hasSecondFactor: Bool = false, email: String, at pointer: String,
        _ context: InvocationContext
    ) throws(Problem) {
        try PasswordPolicy().check(password, hasSecondFactor: hasSecondFactor, email: email, at: pointer)
        if let breachedPasswords, breachedPasswords.contain(password, context) {
            throw PasswordPolicy.refusal(at: pointer, "breached")
        }
    }
}
