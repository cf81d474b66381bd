internal import Codecs
internal import Mail

/// What every mail about a transaction shows of it.
struct WalletMovement: Sendable {
    /// In whole NWT, never negative.
    let amount: Quantity
    let transaction: UUID
    let occurredAt: Timestamp

    /// The lines of the mail; the reference is what a reader quotes when asking.
    func facts(_ locale: MailLocale) -> [Fact] {
        [
            Fact(locale == .english ? "Amount" : "Montant", "\(amount: amount)"), .when(occurredAt, locale),
            Fact(locale == .english ? "Reference" : "Référence", "\(transaction)"),
        ]
    }
}
