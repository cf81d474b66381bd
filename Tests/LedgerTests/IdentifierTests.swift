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
        for text in ["", "Treasury", "wallet:", "wallet", "wallets:a", "wallet:a b"] {
            #expect(AccountReference(text) == nil)
        }
    }

    @Test("A transaction's id is its event's time and the digest of its length-prefixed fields")
    func derived() {
        // Computed with Python's hashlib and struct.
        let time = Timestamp(millisecondsSince1970: 1_790_000_000_000)
        let id = TransactionID.derived(
            source: "nerdwork.comic", detailType: "ComicRead", eventID: "e-1", time: time)
        #expect(id.description == "01a0c450-6c00-801f-8a49-cc54eb00f495")
        #expect(id.high >> 16 == 1_790_000_000_000)
    }

    @Test("Moving a character from one field to the next, or another time, gives another transaction")
    func unambiguous() {
        let time = Timestamp(millisecondsSince1970: 1_790_000_000_000)
        let ids = [
            TransactionID.derived(source: "ab", detailType: "c", eventID: "d", time: time),
            TransactionID.derived(source: "a", detailType: "bc", eventID: "d", time: time),
            TransactionID.derived(source: "a", detailType: "b", eventID: "cd", time: time),
            TransactionID.derived(
                source: "ab", detailType: "c", eventID: "d", time: time.advanced(byMilliseconds: 1)),
        ]
        #expect(Set(ids).count == 4)
    }
}
