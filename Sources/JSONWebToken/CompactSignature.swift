internal import Codecs
package import Cryptography

/// A signed text in the compact form, `header.payload.signature` (RFC 7515, section 7.1).
///
/// Nothing but the header is read before the signature has been checked. The only algorithm is `RS256`: which one to
/// use is decided by the key and never by the header, which must merely name the same.
package struct CompactSignature: Sendable {
    package let header: SignatureHeader
    private let signedBytes: [UInt8]
    private let payload: [UInt8]
    private let signature: [UInt8]

    /// What is read at most, in bytes.
    package struct Limits: Sendable {
        package var maximumBytes = 4096
        package var maximumHeaderBytes = 2048

        package init() {}
    }

    /// Takes the text apart; the payload stays encoded.
    ///
    /// Throws `.malformed`, and what `SignatureHeader` throws.
    package init(_ text: [UInt8], limits: Limits = Limits()) throws(TokenError) {
        guard text.count <= limits.maximumBytes else { throw .malformed }
        let parts = text.split(separator: UInt8(ascii: "."), maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].count <= limits.maximumHeaderBytes,
            let header = Base64.decode(parts[0], alphabet: .url),
            let signature = Base64.decode(parts[2], alphabet: .url)
        else { throw .malformed }
        self.header = try SignatureHeader(header)
        self.signature = signature
        payload = Array(parts[1])
        signedBytes = Array(text[..<parts[1].endIndex])
    }

    /// The payload, once the signature is found to be the key's.
    ///
    /// Throws `.signature`, `.malformed` where the payload is no base64url, `.unavailable`.
    package func payload(verifiedBy key: RSAPublicKey) throws(TokenError) -> [UInt8] {
        guard try isValid(key) else { throw .signature }
        guard let bytes = Base64.decode(payload, alphabet: .url) else { throw .malformed }
        return bytes
    }

    private func isValid(_ key: RSAPublicKey) throws(TokenError) -> Bool {
        do {
            return try key.isValid(signature, of: signedBytes)
        } catch {
            throw .unavailable
        }
    }

    /// Signs a payload under a header, both as they are.
    ///
    /// Throws `.libraryFailure`.
    package static func text(
        header: [UInt8], payload: [UInt8], key: RSAPrivateKey
    ) throws(CryptographyError) -> String {
        let signed = Base64.encode(header, alphabet: .url) + "." + Base64.encode(payload, alphabet: .url)
        return signed + "." + Base64.encode(try key.signature(of: Array(signed.utf8)), alphabet: .url)
    }
}
