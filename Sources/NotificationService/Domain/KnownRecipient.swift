import Cryptography
import Mail
import MailTemplates

/// A row of the table of recipients, decrypted.
struct KnownRecipient: Sendable {
    let userID: String
    let address: EmailAddress
    let name: UserText?
    /// Nil where nobody has said it yet.
    let locale: MailLocale?

    init(userID: String, address: EmailAddress, name: UserText?, locale: MailLocale?) {
        self.userID = userID
        self.address = address
        self.name = name
        self.locale = locale
    }

    /// Decrypts the row; throws for one that was not written for this user with our keys.
    init(_ row: StoredRecipient, keys: NotificationKeys) throws {
        let text = String(decoding: try keys.open(row.address, owner: Self.owner("address", row.userID)), as: UTF8.self)
        guard let address = EmailAddress(text), let locale = row.locale.flatMap(MailLocale.init(rawValue:)) else {
            throw StoredRowUnreadable()
        }
        let name = try row.name.map { try keys.open($0, owner: Self.owner("name", row.userID)) }
        self.init(
            userID: row.userID, address: address, name: name.flatMap { UserText(String(decoding: $0, as: UTF8.self)) },
            locale: locale)
    }

    /// The row to keep.
    func row(_ keys: NotificationKeys) throws(CryptographyError) -> StoredRecipient {
        var sealedName: [UInt8]?
        if let name { sealedName = try keys.seal(Array(name.text.utf8), owner: Self.owner("name", userID)) }
        return StoredRecipient(
            userID: userID, locale: locale?.rawValue, addressHash: keys.hash(address),
            address: try keys.seal(Array(address.text.utf8), owner: Self.owner("address", userID)), name: sealedName)
    }

    private static func owner(_ column: String, _ userID: String) -> String { "recipient.\(column):\(userID)" }
}
