internal import COpenSSL

/// Owns one object of OpenSSL's, which is freed once, when the owner ends.
@safe
final class OpenSSLObject {
    private let pointer: OpaquePointer
    private let free: (OpaquePointer?) -> Void

    /// Takes what a function of OpenSSL gave, and the function that frees it; nil is `.libraryFailure`.
    init(_ pointer: OpaquePointer?, _ free: @escaping (OpaquePointer?) -> Void) throws(CryptographyError) {
        guard let pointer = unsafe pointer else {
            OpenSSLErrors.clear()
            throw .libraryFailure
        }
        unsafe self.pointer = pointer
        unsafe self.free = free
    }

    deinit {
        unsafe free(pointer)
    }

    /// Lends the pointer for the time of the call; Swift may end an object that nobody uses any more.
    func with<Result, Failure: Error>(
        _ body: (OpaquePointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        defer { withExtendedLifetime(self) {} }
        return try unsafe body(pointer)
    }
}

@available(*, unavailable)
extension OpenSSLObject: Sendable {}

/// The thread's list of errors, which other users of the library (libcurl, libpq) take for their own.
enum OpenSSLErrors {
    /// Forgets what failed (`ERR_clear_error`).
    static func clear() {
        ERR_clear_error()
    }

    /// Throws `failure` unless a function of OpenSSL returned 1.
    static func check(
        _ result: Int32, _ failure: CryptographyError = .libraryFailure
    ) throws(CryptographyError) {
        guard result == 1 else {
            clear()
            throw failure
        }
    }
}
