internal import LocalRuntimeAPI

/// Who may ask the console.
///
/// The port is open on loopback alone, but every page in the user's browser can send requests there. Three ways are
/// closed: a foreign name that resolves to 127.0.0.1 (DNS rebinding) comes with a foreign `Host`; a foreign page's
/// script or form comes with a foreign `Origin`, or says so in `Sec-Fetch-Site` (Fetch Metadata, W3C); and what changes
/// something needs an `Origin` of its own and the type `application/json`, which no form can send.
enum RequestGate {
    /// The answer to a request that is not let in; nil for one that is.
    static func refusal(of request: RecordedRequest, to target: ConsoleTarget) -> Answer? {
        guard let host = only("host", request), isLoopback(host) else {
            return .refusal(403, "The console answers to 127.0.0.1 and localhost only.")
        }
        if request.hasField("origin") {
            guard only("origin", request) == "http://\(host)" else {
                return .refusal(403, "The console answers no other site.")
            }
        }
        guard target.isInterface else { return nil }
        if let site = request.header("sec-fetch-site"), site != "same-origin", site != "none" {
            return .refusal(403, "The console answers no other site.")
        }
        return request.method == "GET" ? nil : refusalOfChange(request)
    }

    /// The longest body of a request that changes something.
    static let maximumBodyBytes = 64 << 10

    private static func refusalOfChange(_ request: RecordedRequest) -> Answer? {
        guard request.method == "POST" else { return .refusal(405, "Only GET and POST.", allow: "GET, POST") }
        guard request.hasField("origin") else { return .refusal(403, "Only a page of the console may ask for this.") }
        guard let type = only("content-type", request),
            type.split(separator: ";").first.map({ $0.lowercased() == "application/json" }) == true
        else { return .refusal(415, "The body must be application/json.") }
        guard request.body.count <= maximumBodyBytes else {
            return .refusal(413, "The body is over \(maximumBodyBytes >> 10) KiB.")
        }
        return nil
    }

    /// `127.0.0.1` or `localhost`, with a port or without.
    private static func isLoopback(_ host: String) -> Bool {
        let parts = host.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2, ["127.0.0.1", "localhost"].contains(parts[0].lowercased()) else { return false }
        return parts.count == 1 || UInt16(parts[1]) != nil
    }

    /// The value of a field that stands there once.
    private static func only(_ name: String, _ request: RecordedRequest) -> String? {
        let values = request.headers.filter { $0.name.lowercased() == name }
        return values.count == 1 ? values[0].value : nil
    }
}

extension RecordedRequest {
    fileprivate func hasField(_ name: String) -> Bool {
        headers.contains { $0.name.lowercased() == name }
    }
}
