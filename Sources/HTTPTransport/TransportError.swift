/// Why an exchange brought no whole response.
///
/// Says neither URL nor content, so that it can be logged.
package struct TransportError: Error, Equatable {
    /// What went wrong, as far as a caller acts on it.
    package enum Code: String, Sendable {
        /// The URL or an option cannot be used.
        case usage
        /// The host's name has no address.
        case resolve
        /// No connection to the host.
        case connect
        /// TLS: handshake, certificate, or no bundle of authorities.
        case secureChannel
        /// The time was up.
        case timeout
        /// The connection ended before the first byte of a response.
        case noResponse
        /// The connection ended inside the response.
        case truncated
        /// The response is larger than the caller allows.
        case tooLarge
        /// The peer does not speak HTTP.
        case malformed
        /// The caller's socket opener refused (the process is ending).
        case interrupted
    }

    package let code: Code
    /// Whether the peer may have got the request: then only a request that may safely be received twice can be sent
    /// again.
    package let requestMayHaveBeenReceived: Bool
    /// Whether an idle connection was reused.
    ///
    /// With `noResponse` that mostly means that it had died meanwhile.
    package let connectionWasReused: Bool
    /// libcurl's own number for it (`CURLcode`).
    package let libraryCode: Int32

    package init(
        code: Code, requestMayHaveBeenReceived: Bool, connectionWasReused: Bool = false, libraryCode: Int32 = 0
    ) {
        self.code = code
        self.requestMayHaveBeenReceived = requestMayHaveBeenReceived
        self.connectionWasReused = connectionWasReused
        self.libraryCode = libraryCode
    }
}

extension TransportError: CustomStringConvertible {
    package var description: String {
        "HTTP exchange failed: \(code.rawValue) (libcurl \(libraryCode))"
    }
}
