import Codecs
import Mail
import Testing

@testable import NotificationService

@Suite("What the service makes of its secret")
struct KeysTests {
    static let secret = Array("a secret of the tests, which is long enough".utf8)

    @Test("an address is found in every spelling of its letters, and only with the same secret")
    func hash() throws {
        let keys = try #require(try NotificationKeys(secret: Self.secret))
        let other = try #require(try NotificationKeys(secret: Self.secret.reversed()))
        let address = try #require(EmailAddress("Ada.Obi@Mail.Example"))
        let spelled = try #require(EmailAddress("ada.obi@mail.example"))
        let tagged = try #require(EmailAddress("ada.obi+x@mail.example"))
        #expect(keys.hash(address) == keys.hash(spelled))
        #expect(keys.hash(address) != keys.hash(tagged))
        #expect(keys.hash(address) != other.hash(address))
        #expect(keys.hash(address).count == 32)
        #expect(try NotificationKeys(secret: Array(Self.secret.prefix(31))) == nil)
    }

    @Test("a token of ours names its address; one changed character, another secret or a cut is no token")
    func token() throws {
        let keys = try #require(try NotificationKeys(secret: Self.secret))
        let other = try #require(try NotificationKeys(secret: Self.secret.reversed()))
        let hash = keys.hash(try #require(EmailAddress("ada@mail.example")))
        let token = keys.unsubscribeToken(for: hash)
        #expect(keys.addressHash(inToken: token) == hash)
        #expect(other.addressHash(inToken: token) == nil)
        let bytes = Array(token.utf8)
        for position in bytes.indices {
            var changed = bytes
            changed[position] = changed[position] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            #expect(keys.addressHash(inToken: String(decoding: changed, as: UTF8.self)) == nil)
        }
        for text in ["", "x", String(token.dropLast()), token + "A", String(repeating: "A", count: 10_000)] {
            #expect(keys.addressHash(inToken: text) == nil)
        }
    }

    @Test("content opens in its own row only")
    func binding() throws {
        let keys = try #require(try NotificationKeys(secret: Self.secret))
        let sealed = try keys.seal([1, 2, 3], owner: "message:1")
        #expect(try keys.open(sealed, owner: "message:1") == [1, 2, 3])
        #expect(throws: (any Error).self) { try keys.open(sealed, owner: "message:2") }
    }

    @Test(
        "a one-click request is one as either of the two forms (RFC 8058, section 3.1)",
        arguments: [
            ("List-Unsubscribe=One-Click", "application/x-www-form-urlencoded", true),
            ("a=b&List-Unsubscribe=One%2DClick", "application/x-www-form-urlencoded", true),
            (
                "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n",
                "multipart/form-data; boundary=x", true
            ),
            ("List-Unsubscribe=one-click", "application/x-www-form-urlencoded", false),
            ("List-Unsubscribe=", "application/x-www-form-urlencoded", false),
            ("", "application/x-www-form-urlencoded", false),
            ("List-Unsubscribe=One-Click%", "application/x-www-form-urlencoded", false),
            ("List-Unsubscribe=One-Click", "multipart/form-data; boundary=x", false),
        ])
    func oneClick(body: String, type: String, isAsked: Bool) {
        #expect(OneClick.isAsked(Array(body.utf8), contentType: type) == isAsked)
    }
}
