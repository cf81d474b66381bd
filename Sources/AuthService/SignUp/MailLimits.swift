import AuthKeys
import PostgresClient
import ServiceKit

/// A limit and whom it is counted for.
typealias CountedLimit = (limit: RateLimit, bucket: [UInt8])

/// Which limits apply to what is asked for an address: to those with an account and those without alike.
struct MailLimits {
    private let keys: ThrottleKeys
    private let network: [UInt8]

    init(_ keys: ThrottleKeys, _ request: APIRequest) {
        self.keys = keys
        network = ClientAddress(request).bucket
    }

    func signUp(_ email: EmailIdentity) -> [CountedLimit] {
        [counted(.signUpFromAddress, network), counted(.signUpOfEmail, Array(email.rateLimitForm.utf8))]
    }

    /// One more mail to somebody.
    func mail(to email: EmailIdentity) -> [CountedLimit] {
        let form = Array(email.rateLimitForm.utf8)
        return [
            counted(.mailToEmailInAMinute, form), counted(.mailToEmailInADay, form), counted(.mailFromAddress, network),
        ]
    }

    /// Somebody shows a token from a mail.
    var mailedToken: [CountedLimit] { [counted(.mailedToken, network)] }

    /// A peer is asked about a password.
    var breachLookUp: [CountedLimit] { [counted(.breachLookUp, network)] }

    private func counted(_ limit: RateLimit, _ subject: [UInt8]) -> CountedLimit {
        (limit, keys.bucket(limit.kind, subject))
    }
}
