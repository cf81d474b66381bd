import AuthKeys
import Codecs
import JSONWebToken
import PostgresClient
import ServiceKit

/// What a caller has shown of the second factor.
enum CodeProof {
    case step(AcceptedStep)
    /// A recovery code, and how many will be left.
    case recoveryCode(ShownRecoveryCode, left: Int)

    /// Uses the code up; for the transaction of what it allows.
    ///
    /// Fails (`DatabaseError.isOvertaken`) where another request has used it.
    func accept(_ user: UUID, now: Timestamp) -> [SQL] {
        switch self {
        case .step(let step): step.accept(user)
        case .recoveryCode(let code, _): [code.accept(now: now)]
        }
    }
}

extension AuthService {
    /// Finds out what a code proves, counting the attempt before it is made; nothing is used up yet.
    ///
    /// - Parameter code: six digits of an authenticator, or a recovery code
    /// - Throws: `Problem` 401 `mfa_failed` where it is none, 429 after too many wrong ones, and what `asCaller` throws.
    func proveCode(_ code: [UInt8], _ signedIn: SignedInRequest) throws -> (caller: EnteredCaller, proof: CodeProof) {
        let user = signedIn.caller.userID
        let roots = try currentKeys(signedIn.context).roots
        let recovery = try String(validating: code, as: UTF8.self).flatMap { text in
            try ShownRecoveryCode(text, user: user, roots: roots)
        }
        let statements = [SecondFactor.reserve(user: user, now: signedIn.time)] + (recovery.map { [$0.find] } ?? [])
        let (caller, results) = try asCaller(signedIn.caller, signedIn.context, statements)
        if let row = results[0].first {
            let factor = try SecondFactor(row)
            if let recovery, let left = try ShownRecoveryCode.left(after: results[1].only()) {
                return (caller, .recoveryCode(recovery, left: left))
            }
            if let step = try factor.verify(code, roots: roots, now: signedIn.time) { return (caller, .step(step)) }
        }
        _ = try asCaller(signedIn.caller, signedIn.context, [signedIn.entry(.reauthenticated, .failure).insert])
        throw Problem.secondFactorFailed
    }
}
