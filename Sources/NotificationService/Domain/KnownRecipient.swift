import Cryptography
import Mail
import MailTemplates

/// A row of the table of recipients, decrypted.
struct KnownRecipient: Sendable {
    let userID: String
    let address: EmailAddress
    /// Nil where nobody has said it yet.
    let locale: MailLocale?

    init(userID: String, address: EmailAddress, locale: MailLocale?) {
        self.userID = userID
        self.address = address
        self.locale = locale
    }

    /// Decrypts the row; throws for one that was not written for this user with our keys.
    init(_ row: StoredRecipient, keys: NotificationKeys) throws {
        let text = String(decoding: try keys.open(row.address, owner: Self.owner(row.userID)), as: UTF8.self)
        guard let address = EmailAddress(text), let locale = row.locale.flatMap(MailLocale.init(rawValue:)) else {
            throw StoredRowUnreadable()
        }
        self.init(userID: row.userID, address: address, locale: locale)
    }

    /// The row to keep.
    func row(_ keys: NotificationKeys) throws(CryptographyError) -> StoredRecipient {
        StoredRecipient(
            userID: userID, locale: locale?.rawValue, addressHash: keys.hash(address),
            address: try keys.seal(Array(address.text.utf8), owner: Self.owner(userID)))
    }

    private static func owner(_ userID: String) -> String { "recipient.address:\(userID)" }
}
