import StrictJSON

/// An event as an API Gateway HTTP API sends it (payload format 2.0).
struct Request {
    var method = "POST"
    var path: String
    var headers: [(String, String)] = []
    /// The member names and their text.
    var members: [(String, String)] = []
    /// Where the caller is.
    var source = "198.51.100.7"

    var event: [UInt8] {
        JSONWriter.object { event in
            event.member("version", "2.0")
            event.member("routeKey", "\(method) \(path)")
            event.member("rawPath", path)
            event.member("rawQueryString", "")
            event.member("headers") { writer in
                writer.member("content-type", "application/json")
                writer.member("user-agent", "bench")
                writer.member("x-nw-client", "native")
                for (name, value) in headers { writer.member(name, value) }
            }
            event.member("requestContext") { context in
                context.member("stage", "$default")
                context.member("requestId", "bench")
                context.member("http") { http in
                    http.member("method", method)
                    http.member("path", path)
                    http.member("protocol", "HTTP/1.1")
                    http.member("sourceIp", source)
                    http.member("userAgent", "bench")
                }
            }
            if method != "GET" { event.member("body", body) }
            event.member("isBase64Encoded", false)
        }.bytes
    }

    private var body: String {
        let text = JSONWriter.object { body in
            for (name, value) in members { body.member(name, value) }
        }
        return String(decoding: text.bytes, as: UTF8.self)
    }
}

extension Request {
    /// The same from an address.
    func from(_ source: String) -> Request {
        var copy = self
        copy.source = source
        return copy
    }

    static func login(_ email: String, _ password: String) -> Request {
        Request(path: "/auth/login", members: [("email", email), ("password", password)])
    }

    static func signup(_ email: String) -> Request {
        Request(path: "/auth/signup", members: [("email", email), ("password", "velvet canyon 38 drift")])
    }

    static func resend(_ email: String) -> Request {
        Request(path: "/auth/signup/resend", members: [("email", email)])
    }

    static func forgot(_ email: String) -> Request {
        Request(path: "/auth/password/forgot", members: [("email", email)])
    }
}
