internal import CCurl

/// What is known of a failed exchange, and what to call it.
struct ExchangeFailure {
    var result: CURLcode
    var connectionsOpened: Int
    var requestBytesSent: Int
    var headBytes: Int
    var bodyBytes: Int
    var sinkOverflowed: Bool
    var socketRefused: Bool

    var error: TransportError {
        TransportError(
            code: code,
            requestMayHaveBeenReceived: requestBytesSent > 0 || headBytes > 0,
            connectionWasReused: connectionsOpened == 0,
            libraryCode: Int32(bitPattern: result.rawValue))
    }

    private var code: TransportError.Code {
        if sinkOverflowed { return .tooLarge }
        if socketRefused { return .interrupted }
        switch result {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: return .resolve
        case CURLE_COULDNT_CONNECT, CURLE_INTERFACE_FAILED: return .connect
        case CURLE_OPERATION_TIMEDOUT: return .timeout
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CERTPROBLEM,
            CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_ENGINE_NOTFOUND:
            return .secureChannel
        case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_PARTIAL_FILE, CURLE_SEND_FAIL_REWIND:
            return headBytes == 0 ? .noResponse : .truncated
        // Of the answer: it is no HTTP/1 (libcurl calls that HTTP/0.9, which is off).
        case CURLE_UNSUPPORTED_PROTOCOL where requestBytesSent > 0: return .malformed
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_FUNCTION_ARGUMENT, CURLE_OUT_OF_MEMORY,
            CURLE_FAILED_INIT:
            return .usage
        default: return .malformed
        }
    }
}
