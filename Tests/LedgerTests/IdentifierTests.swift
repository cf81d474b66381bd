import Codecs
import Ledger
import Testing

@Suite("Identifiers of the ledger")
struct IdentifierTests {
    @Test(
        "A user id is 1 to 128 visible ASCII characters",
        arguments: [
            ("a", true), ("user|42", true), ("!~", true), (String(repeating: "x", count: 128), true),
            ("", false), (String(repeating: "x", count: 129), false), ("a b", false), ("a\n", false), ("\u{7F}", false),
            ("é", false), ("a\u{0}", false),
        ])
    func userID(text: String, valid: Bool) {
        #expect((UserID(text) != nil) == valid)
    }

    @Test("An account's name reads back as the account")
    func references() throws {
        let owner = try #require(UserID("wallet:odd"))
        for account in [.wallet(owner: owner)] + SystemAccount.allCases.map(AccountReference.system) {
            #expect(AccountReference(account.text) == account)
        }
        // A combining character joins the colon: seven characters of Swift are more bytes than the name's beginning.
        for text in ["", "Treasury", "wallet:", "wallet", "wallets:a", "wallet:a b", "wallet:\u{301}a"] {
            #expect(AccountReference(text) == nil)
        }
    }

    @Test(
        "An account's mode is one of few words, byte for byte",
        arguments: [
            ("strict", AccountMode.strict), ("lazy", .lazy), ("striped:2", .striped(2)), ("striped:64", .striped(64)),
            ("striped:1", nil), ("striped:65", nil), ("striped:", nil), ("striped", nil), ("Strict", nil), ("", nil),
            ("striped:\u{301}16", nil), ("striped:+16", nil), ("striped:016", nil),
        ])
    func modes(text: String, mode: AccountMode?) {
        #expect(AccountMode(text) == mode)
    }
}
