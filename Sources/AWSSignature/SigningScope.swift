internal import Codecs

/// What a signature is good for: one service in one region, for one day.
package struct SigningScope: Hashable, Sendable {
    /// How a path gets into the signature.
    package struct PathRule: Hashable, Sendable {
        /// Whether `.`, `..` and empty segments are taken out (RFC 3986, section 5.2.4).
        package var normalizes: Bool
        /// Whether what is sent is percent-encoded again.
        package var encodesAgain: Bool

        package init(normalizes: Bool, encodesAgain: Bool) {
            self.normalizes = normalizes
            self.encodesAgain = encodesAgain
        }

        package static let standard = PathRule(normalizes: true, encodesAgain: true)
        /// S3's keys may have any path, so it is left as it is and encoded once.
        package static let objectKey = PathRule(normalizes: false, encodesAgain: false)
    }

    package let region: String
    /// The name that the service's credentials have (`ses`, `events`, `secretsmanager`), not that of its host.
    package let service: String
    package let pathRule: PathRule

    /// - Parameter pathRule: nil for what the service asks for.
    package init(region: String, service: String, pathRule: PathRule? = nil) {
        self.region = region
        self.service = service
        self.pathRule = pathRule ?? (Self.isObjectStore(service) ? .objectKey : .standard)
    }

    var isObjectStore: Bool { Self.isObjectStore(service) }

    /// S3 alone wants the payload's digest as a field, and takes payloads that are not signed.
    private static func isObjectStore(_ service: String) -> Bool {
        ["s3", "s3-outposts", "s3-object-lambda", "s3express"].contains(service)
    }

    /// `20150830/us-east-1/service/aws4_request`.
    func text(_ time: SigningTime) -> String {
        "\(time.day)/\(region)/\(service)/\(Self.terminator)"
    }

    static let terminator = "aws4_request"

    func check() throws(SignatureError) {
        for text in [region, service] {
            guard text.utf8.count <= 64 else { throw .tooLong(.scope) }
            let isName = text.utf8.allSatisfy {
                ASCII.isDigit($0) || ASCII.isLowercase($0) || $0 == 0x2D || $0 == 0x5F
            }
            guard !text.isEmpty, isName else { throw .malformed(.scope) }
        }
    }
}
