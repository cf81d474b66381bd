import AuthKeys
import Codecs
import Cryptography
import Synchronization
import Testing

@testable import AuthService

/// How passwords are stored.
struct PasswordVaultTests {
    private let reports = Reports()

    @Test("A stored password opens with its user, its key and nothing else")
    func binding() throws {
        let vault = try vault(1, 2)
        let right = try password("tundra maple 71 orbit")
        let sealed = try vault.seal(right, for: somebody)
        #expect(sealed.keyID == 2)
        #expect(try vault.check(right, against: sealed, of: somebody) == .matches(needsSealing: false))
        #expect(try vault.check(password("tundra maple 71 Orbit"), against: sealed, of: somebody) == .differs)
        #expect(reports.all.isEmpty)

        #expect(try vault.check(right, against: sealed, of: somebodyElse) == .differs)
        let otherKey = SealedPassword(bytes: sealed.bytes, keyID: 1)
        #expect(try vault.check(right, against: otherKey, of: somebody) == .differs)
        let lostKey = SealedPassword(bytes: sealed.bytes, keyID: 7)
        #expect(try vault.check(right, against: lostKey, of: somebody) == .differs)
        for index in sealed.bytes.indices {
            var bytes = sealed.bytes
            bytes[index] ^= 1
            #expect(
                try vault.check(right, against: SealedPassword(bytes: bytes, keyID: 2), of: somebody) == .differs)
        }
        #expect(reports.all.count == 3 + sealed.bytes.count)
        #expect(reports.all.allSatisfy { !$0.isAuthentic })
    }

    @Test("Two users with one password, and one user twice, have nothing in common")
    func salted() throws {
        let vault = try vault(1)
        let chosen = try password("tundra maple 71 orbit")
        let stored = try [somebody, somebody, somebodyElse].map { try text(vault.seal(chosen, for: $0), $0) }
        #expect(Set(stored).count == 3)
        #expect(Set(stored.map { String($0.split(separator: "$")[2]) }).count == 3)
    }

    @Test("The standard cost is stored as OWASP states it: N 2^15, r 8, p 3")
    func standardCost() throws {
        let vault = PasswordVault(roots: try roots(1)) { _ in }
        let sealed = try vault.seal(password("tundra maple 71 orbit"), for: somebody)
        #expect(try text(sealed, somebody).hasPrefix("$scrypt$ln=15,r=8,p=3$"))
    }

    @Test("Nobody's password is the decoy's, and it is no alarm that there is none")
    func decoy() throws {
        let vault = try vault(1)
        #expect(try vault.check(password("tundra maple 71 orbit"), against: nil, of: somebody) == .differs)
        #expect(reports.all.isEmpty)
    }

    @Test("An old key or cost is renewed; an old key alone takes the same hash along")
    func renewal() throws {
        let right = try password("tundra maple 71 orbit")
        let old = try vault(1).seal(right, for: somebody)
        let today = try vault(1, 2)
        #expect(try today.check(right, against: old, of: somebody) == .matches(needsSealing: true))
        let renewed = try today.renewed(old, right, of: somebody)
        #expect(renewed.keyID == 2)
        #expect(try text(renewed, somebody) == text(old, somebody))
        #expect(try today.check(right, against: renewed, of: somebody) == .matches(needsSealing: false))

        let dearer = PasswordVault(
            roots: try roots(1, 2), cost: ScryptCost(logN: 2, blockSize: 1, parallelism: 1), report: reports.add)
        #expect(try dearer.check(right, against: renewed, of: somebody) == .matches(needsSealing: true))
        let stronger = try dearer.renewed(renewed, right, of: somebody)
        #expect(try text(stronger, somebody).hasPrefix("$scrypt$ln=2,"))
        #expect(try dearer.check(right, against: stronger, of: somebody) == .matches(needsSealing: false))
    }

    @Test(
        "C46: a stored hash of absurd cost is refused and reported, and nothing is derived from it",
        arguments: [
            "ln=30,r=8,p=3", "ln=15,r=8,p=1000000000", "ln=15,r=8,p=-1", "ln=-15,r=8,p=3", "ln=15,ln=15,r=8,p=3",
            "ln=15,r=8,p=3,p=3", "ln=015,r=8,p=3", "ln=13,r=8,p=3", "ln=18,r=8,p=3", "ln=15,r=17,p=3", "ln=15,r=7,p=3",
            "ln=15,r=8,p=11", "ln=15,r=8,p=0", "r=8,ln=15,p=3", "ln=15,r=8", "ln=99999999999999999999,r=8,p=3", "",
        ])
    func absurdCost(parameters: String) throws {
        // The bounds of production.
        let vault = PasswordVault(roots: try roots(1), report: reports.add)
        let phc = "$scrypt$\(parameters)$WNTPPS0547iWmpclV6lHoQ$wHBng8ayvJtwXOSa2IKBSZ64lOqZka7AFHuKjZl0Fu8"
        let stored = try sealed(phc, somebody)
        #expect(try vault.check(password("tundra maple 71 orbit"), against: stored, of: somebody) == .differs)
        #expect(reports.all == [UnreadablePassword(userID: somebody, keyID: 1, isAuthentic: true)])
    }

    private func vault(_ identifiers: Int16...) throws -> PasswordVault {
        let all = try identifiers.count == 1 ? roots(identifiers[0]) : roots(identifiers[0], identifiers[1])
        return PasswordVault(roots: all, cost: cheap, report: reports.add)
    }

    /// What the database would have if we had stored this text: the form is stated here once more on purpose.
    private func sealed(_ text: String, _ user: UUID) throws -> SealedPassword {
        let bytes = try AESGCM.seal(
            Array(text.utf8), key: roots(1).key(for: .password, id: 1), context: user.bytes + Array("pwd\0\u{1}".utf8))
        return SealedPassword(bytes: bytes, keyID: 1)
    }

    private func text(_ sealed: SealedPassword, _ user: UUID) throws -> String {
        let key = try roots(1, 2).key(for: .password, id: sealed.keyID)
        let context = user.bytes + Array("pwd".utf8) + [0, UInt8(sealed.keyID)]
        return String(decoding: try AESGCM.open(sealed.bytes, key: key, context: context), as: UTF8.self)
    }
}

private final class Reports: Sendable {
    private let list = Mutex<[UnreadablePassword]>([])

    func add(_ report: UnreadablePassword) {
        list.withLock { $0.append(report) }
    }

    var all: [UnreadablePassword] { list.withLock { $0 } }
}
