import AuthKeys
import Codecs
import Cryptography
import PostgresClient
import ServiceKit

/// What a caller has shown of the second factor.
enum CodeProof {
    case step(AcceptedStep)
    /// A recovery code, in hexadecimal digits under each key that there is, and how many will be left.
    case recoveryCode([String], left: Int)
}

/// Codes of people who are signed in.
enum CodeConfirmation {
    /// No row where there is no factor; `factor_id` is null where the caller has to wait.
    static func reserve(_ user: UUID, now: Timestamp) -> SQL {
        """
        select wait_ms, factor_id, secret_sealed, secret_key, last_step
        from auth.reserve_second_factor(\(user), \(now))
        """
    }

    static func findRecoveryCode(_ user: UUID, macs: [String]) -> SQL {
        """
        select has_code, codes_left
        from auth.find_recovery_code(\(user), array(select decode(mac, 'hex') from unnest(\(macs)) as mac))
        """
    }

    /// Uses the code up; `NA409` where somebody else has.
    static func accept(_ proof: CodeProof, _ user: UUID, now: Timestamp) -> [SQL] {
        switch proof {
        case .step(let step): return step.accept(user)
        case .recoveryCode(let macs, _):
            let accept: SQL = """
                select auth.accept_recovery_code(
                    \(user), array(select decode(mac, 'hex') from unnest(\(macs)) as mac), \(now))
                """
            return [accept]
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
        let macs = try recoveryMACs(code, of: user, roots)
        let (caller, results) = try asCaller(
            signedIn.caller, signedIn.context,
            [CodeConfirmation.reserve(user, now: signedIn.time), CodeConfirmation.findRecoveryCode(user, macs: macs)])
        if let row = results[0].first {
            try Throttle.demandTurn(row)
            let recovery = try results[1].only()
            if try recovery.decode("has_code", as: Bool.self) {
                return (caller, .recoveryCode(macs, left: try recovery.decode("codes_left", as: Int.self) - 1))
            }
            let stored = try FactorStore.decodeSeed(row)
            let last = UInt64(exactly: try row.decode("last_step", as: Int64.self))
            let seed = try stored.open(user: user, roots: roots)
            if let step = TOTP.step(matching: code, key: seed, at: signedIn.time, after: last) {
                let renewed = try stored.renewed(user: user, roots: roots)
                return (caller, .step(AcceptedStep(factorID: stored.factorID, step: step, renewed: renewed)))
            }
        }
        _ = try asCaller(signedIn.caller, signedIn.context, [signedIn.entry(.reauthenticated, .failure).insert])
        throw Problem.codeRefused
    }

    private func recoveryMACs(_ code: [UInt8], of user: UUID, _ roots: RootKeys) throws -> [String] {
        guard let text = String(validating: code, as: UTF8.self), let code = RecoveryCode(text: text) else { return [] }
        return try roots.ids.map { id in
            Hex.encode(code.mac(user: user, key: try roots.key(for: .recovery, id: id)))
        }
    }
}

extension Problem {
    /// The code of the second factor is wrong or used.
    static let codeRefused = Problem(status: 401, code: "mfa_failed")
}
