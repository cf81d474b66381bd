internal import Codecs

/// A path of the Runtime API or of the Extensions API, whatever base path stands before it.
struct Route {
    let endpoint: Endpoint
    let requestID: String

    init(method: String, path: String) {
        let (endpoint, requestID) = Self.read(method, path)
        self.endpoint = endpoint
        self.requestID = requestID
    }

    private static func read(_ method: String, _ path: String) -> (Endpoint, String) {
        let parts = path.split(separator: "/").map(String.init)
        if let version = parts.lastIndex(of: "2018-06-01") {
            let rest = Array(parts[(version + 1)...])
            switch (method, rest.count, rest.last) {
            case ("GET", 3, "next") where rest[1] == "invocation": return (.next, "")
            case ("POST", 4, "response"): return (.response, decoded(rest[2]))
            case ("POST", 4, "error"): return (.error, decoded(rest[2]))
            case ("POST", 3, "error") where rest[1] == "init": return (.initializationError, "")
            default: return (.other, "")
            }
        }
        switch (method, parts.suffix(2).joined(separator: "/")) {
        case ("POST", "extension/register"): return (.registerExtension, "")
        case ("GET", "event/next"): return (.nextExtensionEvent, "")
        default: return (.other, "")
        }
    }

    private static func decoded(_ text: String) -> String {
        PercentEncoding.decode(text.utf8).map { String(decoding: $0, as: UTF8.self) } ?? text
    }
}
