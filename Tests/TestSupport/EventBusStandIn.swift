internal import CLocalSystem
internal import Codecs
internal import Platform
internal import StrictJSON
internal import Synchronization

/// `PutEvents` on a loopback port, with every fault that EventBridge and the network between can have.
///
/// A thread for each connection, one request on each. An entry is accepted under a lock: the order of `accepted` is
/// the order in which the bus had the events.
package final class EventBusStandIn: Sendable {
    /// What becomes of one call.
    package enum Behaviour: Sendable {
        case accept
        /// Accepts every entry but those whose place gives a code.
        case failEntries(@Sendable (_ place: Int) -> String?)
        /// Accepts nothing and answers with this status and this name of an error.
        case refuse(Int, String)
        /// Accepts everything and closes without a word: the caller cannot know.
        case acceptAndCut
        /// Accepts everything and stays silent until the caller goes.
        case acceptAndStall
        /// Accepts nothing and closes without a word: the caller cannot know that either.
        case cut
        /// Accepts everything and answers no JSON.
        case acceptAndStammer
        /// Accepts everything a little later.
        case acceptAfter(milliseconds: UInt32)
    }

    private struct State {
        var accepted: [String] = []
        var calls: [[String]] = []
        var bodies: [String] = []
        var behaviour: @Sendable (_ call: Int) -> Behaviour
    }

    private let listener: Int32
    package let port: UInt16
    private let state: Mutex<State>

    /// - Parameter behaviour: what becomes of the n-th call, from 0
    package init(_ behaviour: @escaping @Sendable (_ call: Int) -> Behaviour = { _ in .accept }) throws {
        (listener, port) = try Sockets.listen()
        state = Mutex(State(behaviour: behaviour))
        SystemThread.start { [self] in accept() }?.detach()
    }

    /// Not before the last who could shut it down is gone: its number may be somebody else's by then.
    deinit {
        _ = close(listener)
    }

    /// Ends the listening: from now on nobody is there.
    package func stop() {
        _ = shutdown(listener, Int32(SHUT_RDWR))
    }

    /// The ids (`detail.id`) of all accepted entries in order, repeated ones included.
    package var accepted: [String] { state.withLock { $0.accepted } }
    /// The ids of each call's entries, also of those that were not accepted.
    package var calls: [[String]] { state.withLock { $0.calls } }
    package var callCount: Int { state.withLock { $0.calls.count } }
    /// The bodies of all calls.
    package var bodies: [String] { state.withLock { $0.bodies } }

    package func behave(_ behaviour: @escaping @Sendable (_ call: Int) -> Behaviour) {
        state.withLock { $0.behaviour = behaviour }
    }

    /// The variables with which an AWS client finds this bus.
    package var variables: [String: String] {
        [
            "EVENT_BUS_NAME": "nerdwork", "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
            "AWS_ENDPOINT_URL_EVENTBRIDGE": "http://127.0.0.1:\(port)",
        ]
    }
}

extension EventBusStandIn {
    private func accept() {
        while true {
            let client = nerdwork_accept(listener)
            guard client >= 0 else { break }
            SystemThread.start { [self] in
                serve(client)
                _ = close(client)
            }?.detach()
        }
    }

    private func serve(_ client: Int32) {
        guard let body = Self.read(client), let events = Self.identifiers(body) else { return }
        let (behaviour, codes) = book(events, body)
        switch behaviour {
        case .accept, .failEntries: answer(client, 200, Self.results(codes))
        case .acceptAfter(let milliseconds):
            usleep(milliseconds * 1_000)
            answer(client, 200, Self.results(codes))
        case .refuse(let status, let name): answer(client, status, #"{"__type":"\#(name)","message":"told to"}"#)
        case .acceptAndCut, .cut: return
        case .acceptAndStall: while !Sockets.receive(client).isEmpty {}
        case .acceptAndStammer: answer(client, 200, "<html>")
        }
    }

    /// Decides about a call and accepts what it accepts, in one step; the codes are those of the entries.
    private func book(_ events: [String], _ body: [UInt8]) -> (Behaviour, [String?]) {
        state.withLock { state in
            let behaviour = state.behaviour(state.calls.count)
            state.calls.append(events)
            state.bodies.append(String(decoding: body, as: UTF8.self))
            switch behaviour {
            case .refuse, .cut: return (behaviour, [])
            case .failEntries(let code):
                let codes = events.indices.map(code)
                state.accepted += zip(events, codes).filter { $1 == nil }.map(\.0)
                return (behaviour, codes)
            case .accept, .acceptAndCut, .acceptAndStall, .acceptAndStammer, .acceptAfter:
                state.accepted += events
                return (behaviour, events.map { _ in nil })
            }
        }
    }

    private func answer(_ client: Int32, _ status: Int, _ body: String) {
        let head = "HTTP/1.1 \(status) Told\r\nContent-Type: application/x-amz-json-1.1\r\nConnection: close\r\n"
        _ = Sockets.send(client, Array("\(head)Content-Length: \(body.utf8.count)\r\n\r\n\(body)".utf8))
    }

    private static func results(_ codes: [String?]) -> String {
        let entries = codes.enumerated().map { place, code in
            code.map { #"{"ErrorCode":"\#($0)","ErrorMessage":"told to"}"# } ?? #"{"EventId":"id-\#(place)"}"#
        }
        let failed = codes.count { $0 != nil }
        return #"{"FailedEntryCount":\#(failed),"Entries":[\#(entries.joined(separator: ","))]}"#
    }

    /// The body of a request with `Content-Length`; nil where the caller went away.
    private static func read(_ client: Int32) -> [UInt8]? {
        var bytes: [UInt8] = []
        while true {
            let piece = Sockets.receive(client)
            guard !piece.isEmpty else { return nil }
            bytes += piece
            let text = String(decoding: bytes, as: UTF8.self)
            guard let end = text.utf8.firstRange(of: "\r\n\r\n".utf8) else { continue }
            let head = String(text[..<end.lowerBound]).lowercased().split(separator: "\r\n")
            let field = head.first { $0.hasPrefix("content-length:") }
            guard let length = field.flatMap({ Int($0.dropFirst(15).filter(\.isNumber)) }) else { return nil }
            let start = text.utf8.distance(from: text.startIndex, to: end.upperBound)
            while bytes.count < start + length {
                let more = Sockets.receive(client)
                guard !more.isEmpty else { return nil }
                bytes += more
            }
            return Array(bytes[start..<(start + length)])
        }
    }

    /// `detail.id` of each entry, as a consumer reads it.
    private static func identifiers(_ body: [UInt8]) -> [String]? {
        let limits = JSONLimits(maximumBytes: 2 << 20)
        guard let root = try? JSONDocument(parsing: body, limits: limits).root, let entries = root["Entries"] else {
            return nil
        }
        var identifiers: [String] = []
        guard let elements = try? entries.elements else { return nil }
        for entry in elements {
            guard let detail = try? entry.member("Detail").string(maximumBytes: 1 << 20),
                let id = try? JSONDocument(parsing: detail, limits: limits).root.member("id").string()
            else { return nil }
            identifiers.append(id)
        }
        return identifiers
    }
}
