package import Codecs
package import Cryptography

extension AuthKeyDocument {
    /// A new pair of keys, before anybody uses it.
    package struct KeyPair: Sendable {
        let kid: String
        let modulus: [UInt8]
        let exponent: [UInt8]
        let privateKey: SecretBytes

        package init(kid: String, modulus: [UInt8], exponent: [UInt8], privateKey: SecretBytes) {
            self.kid = kid
            self.modulus = modulus
            self.exponent = exponent
            self.privateKey = privateKey
        }
    }

    /// The document after every place that verifiers read from has its keys; nil where that was known already.
    package func markedPublished(now: Timestamp) -> AuthKeyDocument? {
        var document = self
        var isChanged = false
        for index in signing.indices where signing[index].state.isPublished && signing[index].publishedAt == nil {
            document.signing[index].publishedAt = now
            isChanged = true
        }
        return isChanged ? document : nil
    }

    mutating func apply(_ change: KeyChange, now: Timestamp, _ generate: () throws -> KeyPair) throws {
        switch change {
        case .addRoot: try addRoot(now)
        case .generate(let state): add(try generate(), state, now)
        case .activate(let kid):
            if let former = signing.firstIndex(where: { $0.state == .active }) { signing[former].end(.retired, now) }
            guard let index = index(of: kid) else { throw AuthKeyError.unknownKey }
            signing[index].state = .active
            signing[index].activatedAt = now
        case .revoke(let kid):
            guard let index = index(of: kid) else { throw AuthKeyError.unknownKey }
            signing[index].end(.revoked, now)
        case .drop(let kid):
            guard let index = index(of: kid) else { throw AuthKeyError.unknownKey }
            signing.remove(at: index)
        }
    }

    private mutating func add(_ pair: KeyPair, _ state: State, _ now: Timestamp) {
        signing.append(
            SigningKey(
                kid: pair.kid, state: state, createdAt: now, publishedAt: nil,
                activatedAt: state == .active ? now : nil, retiredAt: nil, modulus: pair.modulus,
                exponent: pair.exponent, privateKey: pair.privateKey))
    }

    private mutating func addRoot(_ now: Timestamp) throws(AuthKeyError) {
        let newest = roots.last?.id ?? 0
        guard roots.count < Limits.roots, newest < .max else { throw .tooManyRoots }
        do throws(CryptographyError) {
            let secret = SecretBytes(try SecureRandom.bytes(count: Limits.rootBytes))
            roots.append(Root(id: newest + 1, secret: secret, createdAt: now))
        } catch {
            throw .cryptography
        }
    }
}

extension AuthKeyDocument.SigningKey {
    fileprivate mutating func end(_ state: AuthKeyDocument.State, _ now: Timestamp) {
        self.state = state
        retiredAt = now
        privateKey = nil
    }
}
