import AuthKeys
import Codecs
import ServiceKit
import StrictJSON

/// The recovery codes that somebody is given, and what is stored of them.
struct RecoveryCodeSet {
    private let codes: [RecoveryCode]
    let stored: FactorStore.StoredCodes

    /// Throws `CryptographyError.noEntropy` and `AuthKeyError`.
    init(user: UUID, roots: RootKeys) throws {
        let key = try roots.key(for: .recovery, id: roots.currentID)
        codes = try (0..<RecoveryCode.count).map { _ in try RecoveryCode.make() }
        stored = FactorStore.StoredCodes(
            macs: codes.map { Hex.encode($0.mac(user: user, key: key)) }, keyID: roots.currentID)
    }

    /// 200 with the codes, which nobody can show again.
    var response: APIResponse {
        APIResponse.json { $0.member("recovery_codes", codes.map(\.text)) }
    }
}
