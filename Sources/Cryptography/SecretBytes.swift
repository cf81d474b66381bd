internal import COpenSSL

/// A secret, for instance a key: wiped when its last owner lets go of it, and shown by no way of printing.
///
/// The array that it was made from is the caller's, and is not wiped.
@safe
package final class SecretBytes: Sendable {
    /// How many bytes the secret has.
    package let count: Int
    // Written in `init` only; afterwards any thread may read it.
    nonisolated(unsafe) private let bytes: UnsafeMutableBufferPointer<UInt8>

    /// Copies the bytes.
    package convenience init(_ bytes: some Collection<UInt8>) {
        unsafe self.init(count: bytes.count) { buffer in
            _ = unsafe buffer.initialize(fromContentsOf: bytes)
        }
    }

    /// Copies the text's UTF-8.
    package convenience init(_ text: String) {
        self.init(text.utf8)
    }

    /// Has the bytes written where they will stay; what `fill` leaves out is zero.
    init<Failure: Error>(
        count: Int, _ fill: (UnsafeMutableBufferPointer<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        self.count = count
        unsafe bytes = .allocate(capacity: count)
        unsafe bytes.initialize(repeating: 0)
        try unsafe fill(bytes)
    }

    /// The corresponding C function is `OPENSSL_cleanse`.
    deinit {
        unsafe OPENSSL_cleanse(bytes.baseAddress, count)
        unsafe bytes.deallocate()
    }

    /// Lends the bytes for the time of the call.
    func withBytes<Result, Failure: Error>(
        _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe body(UnsafeBufferPointer(bytes))
    }

    /// Whether the secret has these bytes; takes the same time wherever they differ (`CRYPTO_memcmp`).
    package func equals(_ other: [UInt8]) -> Bool {
        guard count == other.count else { return false }
        return unsafe CRYPTO_memcmp(bytes.baseAddress, other, count) == 0
    }
}

extension SecretBytes: CustomStringConvertible, CustomReflectable {
    package var description: String { "SecretBytes(\(count))" }
    package var customMirror: Mirror { Mirror(self, children: ["count": count]) }
}
