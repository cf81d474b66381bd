import Codecs
import Cryptography
import ServiceKit
import StrictJSON

/// Who wants an account.
struct SignUpRequest: Sendable {
    let email: EmailIdentity
    let password: Password
    let name: DisplayName
    let locale: LocaleTag

    /// Reads the body; throws `Problem` 400 and 422.
    init(_ request: APIRequest) throws {
        let body = try request.json(onlyMembers: ["email", "password", "display_name", "locale"])
        email = try EmailIdentity(json: body.member("email"))
        password = try Password(json: body.member("password"), at: "/password")
        name = try body.optional("display_name").map { try DisplayName(json: $0) } ?? .empty
        locale = try body.optional("locale").map { try LocaleTag(json: $0) } ?? .english
    }

    /// Bytes that no other request has: each field behind its length.
    var identification: [UInt8] {
        [Array(email.display.utf8), password.secret.revealed(), Array(name.text.utf8), Array(locale.text.utf8)]
            .flatMap { field in
                let length = UInt32(truncatingIfNeeded: field.count)
                return stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: length >> $0) } + field
            }
    }
}
