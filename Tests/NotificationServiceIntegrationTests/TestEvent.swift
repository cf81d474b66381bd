import Codecs
import Platform
import ServiceKit
import StrictJSON

/// Events as the bus delivers them.
enum TestEvent {
    static func envelope(
        source: String, _ detailType: String, id: String, _ detail: (inout JSONObjectWriter) -> Void
    ) -> [UInt8] {
        JSONWriter.object { event in
            event.member("version", "0")
            event.member("id", id)
            event.member("detail-type", detailType)
            event.member("source", source)
            event.member("account", "123456789012")
            event.member("time", RFC3339.format(SystemClock.now()))
            event.member("region", "us-east-1")
            event.member("resources", [String]())
            event.member("detail", detail)
        }.bytes
    }

    static func id(_ number: Int) -> UUID {
        UUID(high: 0x0192_0000_0000_8000, low: 0x8000_0000_0000_0000 + UInt64(number))
    }

    /// An event of auth; `personal` is sealed as auth does it.
    static func auth(
        _ detailType: String, number: Int = 1, envelope envelopeID: String = "e", locale: String = "en",
        userID: String? = "ada", at time: Timestamp = SystemClock.now(),
        secret: String = NotificationHarness.secrets["seal"] ?? "", personal: [(String, String)] = [],
        _ more: (inout JSONObjectWriter) -> Void = { _ in }
    ) throws -> [UInt8] {
        let plaintext = JSONWriter.object { object in
            for (name, value) in personal { object.member(name, value) }
        }
        let sealed =
            try personal.isEmpty
            ? nil : EventSeal(secret: Array(secret.utf8)).seal(plaintext.bytes, eventID: id(number))
        return envelope(source: "nerdwork.auth", detailType, id: envelopeID) { detail in
            detail.member("id", id(number).description)
            detail.member("version", 1)
            detail.member("locale", locale)
            detail.member("occurredAt", time.millisecondsSince1970)
            detail.optional("userId", userID)
            detail.optional("sealed", sealed)
            more(&detail)
        }
    }

    static func signedUp(
        _ number: Int = 1, user: String = "ada", address: String = "ada@mail.example", name: String = "Ada Obi",
        locale: String = "en", at time: Timestamp = SystemClock.now(), envelope: String = "e"
    ) throws -> [UInt8] {
        try auth(
            "UserSignedUp", number: number, envelope: envelope, locale: locale, userID: user, at: time,
            personal: [("address", address), ("name", name)])
    }

    static func reset(
        _ number: Int = 2, address: String = "ada@mail.example", endsIn milliseconds: Int64 = 3_600_000
    ) throws -> [UInt8] {
        let end = SystemClock.now().advanced(byMilliseconds: milliseconds)
        return try auth(
            "PasswordResetRequested", number: number,
            personal: [("address", address), ("token", "a-token-that-is-secret-0123456789")]
        ) { $0.member("expiresAt", end.millisecondsSince1970) }
    }

    static func transfer(
        _ number: Int, _ type: String, _ parties: [(String, Int64)], at time: Timestamp = SystemClock.now()
    ) -> [UInt8] {
        envelope(source: "nerdwork.wallet", "TransferPosted", id: "w-\(number)") { detail in
            detail.member("id", id(number).description)
            detail.member("occurredAt", time.millisecondsSince1970)
            detail.member("transactionId", id(number).description)
            detail.member("type", type)
            detail.member("amount", 50)
            detail.array("parties") { list in
                for (user, amount) in parties {
                    list.object {
                        $0.member("userId", user)
                        $0.member("amount", amount)
                    }
                }
            }
        }
    }
}
