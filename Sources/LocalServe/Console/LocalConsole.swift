internal import Codecs
package import LocalRuntimeAPI
internal import Platform
internal import Synchronization

/// What answers below `/_local`: the console's page, its interface, and the reader's demo.
///
/// It only looks on, but for four things that somebody may ask it to do: replay a dead letter, run a schedule, rotate a
/// secret, put an event, and nothing else. Whoever asks must be a page of its own (`RequestGate`).
package final class LocalConsole: Sendable {
    let sources: ConsoleSources
    /// Another one after each start, so that a page notices that the numbers of the journal begin anew.
    let run: String
    private let isStopped = Atomic(false)

    package init(_ sources: ConsoleSources) {
        self.sources = sources
        run = LocalInvocation.newRequestID()
    }

    /// Whether a request's path is one of the console's.
    package static func owns(_ path: String) -> Bool {
        path == base || path.hasPrefix("\(base)/") || path.hasPrefix("\(base)?")
    }

    static let base = "/_local"

    /// Lets no request wait any longer for something to happen.
    package func stop() {
        isStopped.store(true, ordering: .releasing)
    }

    var hasStopped: Bool { isStopped.load(ordering: .acquiring) }

    /// Answers one request; blocks for a long poll, at most 25 seconds.
    package func answer(_ request: RecordedRequest) -> Answer {
        guard let target = ConsoleTarget(request) else { return .refusal(404, "There is nothing here.") }
        if let refusal = RequestGate.refusal(of: request, to: target) { return refusal }
        if target.isInterface { return answerInterface(request, target) }
        guard request.method == "GET" else { return .refusal(405, "Only GET.", allow: "GET") }
        switch target.segments.first {
        case nil: return .page(PackageResources.console_html)
        case "reader": return .page(PackageResources.reader_html)
        case "assets": return ConsoleAssets.answer(target.segments.dropFirst())
        default: return .refusal(404, "There is nothing here.")
        }
    }
}

/// A request's path below `/_local`, taken apart, and its query.
struct ConsoleTarget {
    /// What stands behind `/_local`, decoded, without empty ones.
    let segments: [String]
    let query: [(name: String, value: String)]

    static let maximumBytes = 4_096

    /// Nil where the path is not the console's, is too long, or cannot be decoded.
    init?(_ request: RecordedRequest) {
        guard request.path.utf8.count <= Self.maximumBytes, LocalConsole.owns(request.path) else { return nil }
        let parts = request.path.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var segments: [String] = []
        for part in parts[0].dropFirst(LocalConsole.base.count).split(separator: "/") {
            guard let segment = Self.decoded(part) else { return nil }
            segments.append(segment)
        }
        self.segments = segments
        var query: [(String, String)] = []
        for pair in (parts.count > 1 ? parts[1] : "").split(separator: "&") {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(sides[0]), let value = Self.decoded(sides.count > 1 ? sides[1] : "") else {
                return nil
            }
            query.append((name, value))
        }
        self.query = query
    }

    var isInterface: Bool { segments.first == "api" }

    /// The first value of that name.
    subscript(_ name: String) -> String? {
        query.first { $0.name == name }?.value
    }

    /// A whole number in a range; the default where there is none, nil where it is something else.
    func number(_ name: String, in range: ClosedRange<Int>, default value: Int) -> Int? {
        guard let text = self[name] else { return value }
        guard let number = Int(text), range.contains(number) else { return nil }
        return number
    }

    private static func decoded(_ text: Substring) -> String? {
        guard let bytes = PercentEncoding.decode(text.utf8), !bytes.contains(0) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }
}
