import Codecs
import StrictJSON
import TestSupport
import Testing

/// What every operation is asked, by rule.
extension OpenAPIReplay {
    /// Bodies that no operation takes; each is answered as the document says, whatever the operation is.
    func playUnreadableBodies(_ samples: OpenAPISamples, token: String) throws {
        let bodies: [(body: String, status: Int, code: String)] = [
            ("{", 400, "malformed_json"), (#"{"a":1,"a":1}"#, 400, "duplicate_member"),
            (String(repeating: " ", count: 8_192) + "{}", 413, "body_too_large"),
            (#"{"nobody_knows_this":1}"#, 422, "unknown_member"), ("[]", 422, "invalid_member"),
        ]
        for operation in document.operations where operation.isAuth && operation.takesJSON {
            for (body, status, code) in bodies {
                try expect(status, code, samples.request(operation, token: token, body: body))
            }
            // An object without members: some operations need none.
            try play(samples.request(operation, token: token, body: "{}"))
            try play(samples.request(operation, token: token, body: ""))
            var request = samples.request(operation, token: token)
            request.body = Array(#"{"a":""#.utf8) + [0xFF] + Array(#""}"#.utf8)
            try expect(400, "invalid_encoding", request)
            request.body = Array("{}".utf8)
            request.headers["content-type"] = "text/plain"
            try expect(415, "unsupported_media_type", request)
        }
    }

    /// No token, and one that is none.
    func playWithoutToken(_ samples: OpenAPISamples) throws {
        for operation in document.operations where operation.needsToken && operation.isAuth {
            try expect(401, "unauthenticated", samples.request(operation, token: nil))
            try expect(401, "unauthenticated", samples.request(operation, token: "a.b.c"))
        }
    }

    /// Queries that no list takes.
    func playWrongQueries(_ samples: OpenAPISamples, token: String) throws {
        let queries = [
            ("limit=0", "invalid_parameter"), ("cursor=A", "invalid_cursor"), ("limit=%zz", "invalid_query"),
        ]
        for operation in document.operations where operation.isAuth && has(operation, 400, "invalid_cursor") {
            for (query, code) in queries {
                var request = samples.request(operation, token: token)
                request.query = query
                try expect(400, code, request)
            }
        }
    }

    /// What the document allows to an operation is provoked in one way for all operations that have it.
    ///
    /// - Parameters:
    ///   - token: of somebody who is refused so
    ///   - prefix: of the paths
    func playRefusals(
        _ samples: OpenAPISamples, _ status: Int, _ code: String, token: String, below prefix: String = "/",
        id: String? = nil
    ) throws {
        for operation in document.operations
        where operation.isAuth && operation.path.hasPrefix(prefix) && has(operation, status, code) {
            try expect(status, code, samples.request(operation, token: token, id: id))
        }
    }

    private func has(_ operation: OpenAPIDocument.Operation, _ status: Int, _ code: String) -> Bool {
        let wanted = OpenAPIDocument.Observation(operation: operation.name, status: status, code: code)
        return (try? document.allowed(operation).contains(wanted)) ?? false
    }
}
