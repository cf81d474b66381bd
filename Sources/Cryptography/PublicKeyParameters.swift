internal import COpenSSL

/// The two numbers of a public key as `EVP_PKEY_fromdata` takes them.
///
/// Owns an array of `OSSL_PARAM`; `OSSL_PARAM_free` runs once, when the object ends.
@safe
final class PublicKeyParameters {
    private let pointer: UnsafeMutablePointer<OSSL_PARAM>

    /// Most significant byte first (`OSSL_PARAM_BLD_to_param`, which copies the numbers).
    init(modulus: [UInt8], exponent: [UInt8]) throws(CryptographyError) {
        let builder = try unsafe OpenSSLObject(OSSL_PARAM_BLD_new(), { unsafe OSSL_PARAM_BLD_free($0) })
        let (n, e) = (try Self.number(modulus), try Self.number(exponent))
        let made = unsafe n.with { n in
            unsafe e.with { e in
                unsafe builder.with { builder -> UnsafeMutablePointer<OSSL_PARAM>? in
                    guard unsafe OSSL_PARAM_BLD_push_BN(builder, nerdwork_rsa_n(), n) == 1,
                        unsafe OSSL_PARAM_BLD_push_BN(builder, nerdwork_rsa_e(), e) == 1
                    else { return nil }
                    return unsafe OSSL_PARAM_BLD_to_param(builder)
                }
            }
        }
        guard let made = unsafe made else {
            OpenSSLErrors.clear()
            throw .libraryFailure
        }
        unsafe pointer = made
    }

    deinit {
        unsafe OSSL_PARAM_free(pointer)
    }

    /// Lends the array for the time of the call.
    func with<Result>(_ body: (UnsafeMutablePointer<OSSL_PARAM>) -> Result) -> Result {
        defer { withExtendedLifetime(self) {} }
        return unsafe body(pointer)
    }

    private static func number(_ bytes: [UInt8]) throws(CryptographyError) -> OpenSSLObject {
        try unsafe OpenSSLObject(BN_bin2bn(bytes, Int32(clamping: bytes.count), nil), { unsafe BN_free($0) })
    }
}

@available(*, unavailable)
extension PublicKeyParameters: Sendable {}
