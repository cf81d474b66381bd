import Codecs
import ServiceKit
import StrictJSON
import Testing

@testable import AuthService

@Suite("Events of the auth service")
struct AuthEventTests {
    private static let time = Timestamp(millisecondsSince1970: 1_795_262_400_000)
    private static let user = UUID(high: 0xADA0_0000_0000_8000, low: 0x8000_0000_0000_0001)

    private func events() throws -> AuthEvents {
        AuthEvents(seal: try EventSeal(secret: [UInt8](repeating: 7, count: 32)), at: Self.time)
    }

    private func about(_ address: String?) -> AuthEvents.Subject {
        AuthEvents.Subject(id: Self.user, locale: "en", address: address)
    }

    @Test("an event of one type has one length, whatever the address, and whether there is one")
    func lengths() throws {
        let longest = String(repeating: "a", count: 64) + "@" + String(repeating: "b", count: 60) + ".example"
        let addresses = [nil, "a@b.de", longest, "ada@b\u{FC}cher.example"]
        let token = String(repeating: "t", count: 43)
        let makers: [(AuthEvents, AuthEvents.Subject) throws -> OutboxEvent] = [
            { try $0.emailVerificationRequested($1, token: token, expiresAt: Self.time) },
            { try $0.signUpRepeated($1, of: Self.user, expiresAt: Self.time) },
            { try $0.passwordResetRequested($1, token: token, expiresAt: Self.time) },
            { try $0.passwordChanged($1) }, { try $0.userSignedUp($1, name: "Ada") },
            { try $0.newDeviceSignedIn($1, device: "phone", place: nil) }, { try $0.signInLocked($1, until: nil) },
            {
                try $0.emailChangeRequested(
                    $1, newAddress: $1.address, tokens: .init(confirm: token, cancel: token), expiresAt: Self.time)
            },
            { try $0.emailChanged($1, newAddress: longest) }, { try $0.secondFactorRemoved($1, passwordRetired: true) },
            { try $0.recoveryCodeUsed($1, remaining: 9) }, { try $0.sessionRevoked($1, reason: "refresh_reuse") },
            { try $0.accountDeletionRequested($1, purgeAt: Self.time) },
        ]
        #expect(makers.count == AuthEventType.allCases.count)
        var types: Set<String> = []
        for make in makers {
            let made = try addresses.map { try make(events(), about($0)) }
            types.insert(made[0].detailType)
            #expect(Set(made.map(\.detail.count)).count == 1, Comment(rawValue: made[0].detailType))
            #expect(made.allSatisfy { $0.aggregate == "user:\(Self.user)" && $0.source == "nerdwork.auth" })
            #expect(Set(made.map(\.id)).count == made.count)
        }
        #expect(types == Set(AuthEventType.allCases.map(\.rawValue)))
    }

    @Test("nothing personal stands outside the seal")
    func clear() throws {
        let event = try events().userSignedUp(about("ada@reader.example"), name: "Ada Lovelace")
        let text = String(decoding: event.detail, as: UTF8.self)
        #expect(!text.contains("ada@") && !text.contains("Lovelace"))
        let sealed = try JSONDocument(parsing: event.detail).root.member("sealed").string()
        let seal = try EventSeal(secret: [UInt8](repeating: 7, count: 32))
        let opened = try JSONDocument(parsing: seal.open(sealed, eventID: event.id)).root
        #expect(try opened.member("address").string() == "ada@reader.example")
        #expect(try opened.member("name").string() == "Ada Lovelace")
    }

    @Test("content that is longer than foreseen is padded to the next multiple")
    func overlong() throws {
        let part = SealedPart(64) { $0.member("a", String(repeating: "x", count: 100)) }
        #expect(part.plaintext.count == 128)
        #expect(SealedPart(64) { $0.member("a", "") }.plaintext.count == 64)
    }
}
