internal import COpenSSL

/// The state of one AES-256-GCM operation.
///
/// Owns an `EVP_CIPHER_CTX`; `EVP_CIPHER_CTX_free` runs once, when the object ends, and wipes the key schedule.
@safe
final class CipherContext {
    private let pointer: OpaquePointer

    /// Takes key (32 bytes) and nonce (12 bytes), whose lengths the caller has checked (`EVP_CipherInit_ex`).
    init(encrypts: Bool, key: SecretBytes, nonce: [UInt8]) throws(CryptographyError) {
        guard let context = unsafe EVP_CIPHER_CTX_new() else { throw .libraryFailure }
        unsafe pointer = context
        let began = unsafe key.withBytes { bytes in
            unsafe EVP_CipherInit_ex(context, EVP_aes_256_gcm(), nil, bytes.baseAddress, nonce, encrypts ? 1 : 0)
        }
        guard began == 1 else { throw .libraryFailure }
    }

    deinit {
        unsafe EVP_CIPHER_CTX_free(pointer)
    }

    /// Takes in what is authenticated and not encrypted.
    func authenticate(_ bytes: [UInt8]) throws(CryptographyError) {
        guard !bytes.isEmpty else { return }
        var written: Int32 = 0
        guard unsafe EVP_CipherUpdate(pointer, nil, &written, bytes, Int32(clamping: bytes.count)) == 1 else {
            throw .libraryFailure
        }
    }

    /// Writes as many bytes as it reads.
    func process(
        _ input: UnsafePointer<UInt8>, count: Int, into output: UnsafeMutablePointer<UInt8>
    ) throws(CryptographyError) {
        guard count > 0 else { return }
        var written: Int32 = 0
        guard unsafe EVP_CipherUpdate(pointer, output, &written, input, Int32(clamping: count)) == 1,
            Int(written) == count
        else { throw .libraryFailure }
    }

    /// Ends the encryption and writes the tag (`EVP_CTRL_AEAD_GET_TAG`).
    func finish(tag: UnsafeMutablePointer<UInt8>, count: Int) throws(CryptographyError) {
        var written: Int32 = 0
        guard unsafe EVP_CipherFinal_ex(pointer, nil, &written) == 1,
            unsafe EVP_CIPHER_CTX_ctrl(pointer, EVP_CTRL_AEAD_GET_TAG, Int32(clamping: count), tag) == 1
        else { throw .libraryFailure }
    }

    /// Ends the decryption; `.notAuthentic` where the tag is another (`EVP_CTRL_AEAD_SET_TAG`).
    func finish(expecting tag: ArraySlice<UInt8>) throws(CryptographyError) {
        var (tag, written) = (Array(tag), Int32(0))
        guard unsafe EVP_CIPHER_CTX_ctrl(pointer, EVP_CTRL_AEAD_SET_TAG, Int32(clamping: tag.count), &tag) == 1 else {
            throw .libraryFailure
        }
        guard unsafe EVP_CipherFinal_ex(pointer, nil, &written) == 1 else { throw .notAuthentic }
    }
}

/// One operation, one thread.
@available(*, unavailable)
extension CipherContext: Sendable {}
