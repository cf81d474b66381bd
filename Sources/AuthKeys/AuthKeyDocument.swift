package import Codecs
package import Cryptography

/// Every key of the auth service, as one secret holds them.
///
/// Printing it shows no private key and no root.
package struct AuthKeyDocument: Sendable {
    /// What becomes of a signing key, in this order; `revoked` follows any other.
    package enum State: String, Hashable, Sendable {
        /// Published, so that everybody knows it by the time it signs.
        case next
        /// Signs.
        case active
        /// Signs no more, and verifies what it has signed.
        case retired
        /// Neither signs nor verifies.
        case revoked

        /// Whether verifiers take the key.
        package var isPublished: Bool { self != .revoked }
    }

    /// A key pair for access tokens.
    package struct SigningKey: Sendable {
        /// The RFC 7638 thumbprint.
        package let kid: String
        package internal(set) var state: State
        package let createdAt: Timestamp
        /// When every place that verifiers read from had it.
        package internal(set) var publishedAt: Timestamp?
        package internal(set) var activatedAt: Timestamp?
        /// When it was retired or revoked.
        package internal(set) var retiredAt: Timestamp?
        /// Big-endian, without leading zeros.
        package let modulus: [UInt8]
        package let exponent: [UInt8]
        /// PKCS #8; nil once the key signs no more.
        package internal(set) var privateKey: SecretBytes?
    }

    /// A secret that everything symmetric is derived from.
    package struct Root: Sendable {
        package let id: Int16
        /// 32 bytes.
        package let secret: SecretBytes
        package let createdAt: Timestamp?
    }

    package internal(set) var signing: [SigningKey]
    /// By ascending id; the last one is used for what is new.
    package internal(set) var roots: [Root]

    /// A document without keys, which is not a valid one yet.
    package static let empty = AuthKeyDocument(signing: [], roots: [])

    /// The keys that verifiers take: the active one first, then the next, then the retired.
    package var published: [SigningKey] {
        [State.active, .next, .retired].flatMap { state in signing.filter { $0.state == state } }
    }

    /// The key that signs.
    package var active: SigningKey? {
        signing.first { $0.state == .active }
    }

    func index(of kid: String) -> Int? {
        signing.firstIndex { $0.kid.utf8.elementsEqual(kid.utf8) }
    }
}

extension AuthKeyDocument {
    /// What a document may hold.
    enum Limits {
        /// Secrets Manager, "quotas": the longest secret.
        static let bytes = 65_536
        static let publishedKeys = 3
        static let signingKeys = 16
        static let roots = 64
        static let rootBytes = 32
    }

    /// Throws `.malformed` unless one key signs, no key that does not sign has kept its private half, and the numbers
    /// are within the limits.
    func validate() throws(AuthKeyError) {
        func demand(_ isRight: Bool, _ rule: String) throws(AuthKeyError) {
            if !isRight { throw .malformed(place: rule) }
        }
        try demand(signing.count { $0.state == .active } == 1, "signing: one active key")
        try demand(signing.count { $0.state == .next } <= 1, "signing: at most one next key")
        try demand(published.count <= Limits.publishedKeys, "signing: at most three published keys")
        try demand(signing.count <= Limits.signingKeys, "signing: count")
        try demand(Set(signing.map { Array($0.kid.utf8) }).count == signing.count, "signing: each kid once")
        for key in signing {
            let signs = key.state == .active || key.state == .next
            try demand(signs == (key.privateKey != nil), "signing: private halves")
            try demand(key.state != .active || key.activatedAt != nil, "signing: activatedAt")
            try demand(signs != (key.retiredAt != nil), "signing: retiredAt")
        }
        try demand((1...Limits.roots).contains(roots.count), "roots: count")
        try demand(zip(roots, roots.dropFirst()).allSatisfy { $0.id < $1.id }, "roots: ascending ids")
    }
}

extension AuthKeyDocument: CustomStringConvertible, CustomReflectable {
    package var description: String { "\(signing.count) signing keys, \(roots.count) roots" }
    package var customMirror: Mirror { Mirror(self, children: ["description": description]) }
}
