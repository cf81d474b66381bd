import CLocalSystem
import Codecs
import Platform
import StrictJSON
import Synchronization
import TestSupport

/// Amazon SES and Secrets Manager on a free loopback port: keeps the mail that it accepts, and fails as it is told.
///
/// It looks at no signature; others do.
package final class MailStandIn: Sendable {
    /// What happens to one `SendEmail`.
    package enum Step: Sendable {
        case accept
        /// Refuses with this status and error.
        case refuse(Int, String)
        /// Accepts, and says nothing until the test ends.
        case acceptInSilence
        /// Accepts, and resets the connection.
        case acceptAndCut
        /// Resets the connection before anything was read.
        case cut
        /// Accepts, and answers what is no JSON.
        case acceptAndBabble
        /// Waits at the gate before it accepts.
        case hold(Gate)
        /// Accepts, and waits at the gate before it answers.
        case acceptAndHold(Gate)
    }

    /// A mail that was accepted.
    package struct Mail: Sendable {
        package let messageID: String
        package let template: String
        package let to: String
        package let from: String
        package let subject: String
        package let text: String
        package let html: String
        package let headers: [String: String]
        package let configurationSet: String?
    }

    package let url: String
    private let listener: Int32
    private let state: Mutex<StandInState>

    /// - Parameter secrets: value by name.
    package init(secrets: [String: String]) throws {
        let (descriptor, port) = try silentListener()
        listener = descriptor
        url = "http://127.0.0.1:\(port)"
        state = Mutex(StandInState(secrets: secrets))
        SystemThread.start { [self] in acceptConnections() }?.detach()
    }

    /// What happens to the next calls; those behind the last step are accepted.
    package func script(_ steps: Step...) {
        state.withLock { $0.steps = steps }
    }

    /// Rotates a secret: the value that it had becomes the previous one.
    package func rotate(_ name: String, to value: String) {
        state.withLock { state in
            state.previous[name] = state.secrets[name]
            state.secrets[name] = value
        }
    }

    package var accepted: [Mail] { state.withLock { $0.accepted } }
    /// How often `SendEmail` was called.
    package var calls: Int { state.withLock { $0.calls } }

    /// Not before the last who could shut it down is gone: its number may be somebody else's by then.
    deinit {
        _ = close(listener)
    }

    /// Lets all threads end.
    package func stop() {
        // A descriptor that was closed belongs to somebody else by now, hence the lock.
        state.withLock { state in
            state.isStopped = true
            _ = shutdown(listener, Int32(SHUT_RDWR))
            for connection in state.open { _ = shutdown(connection, Int32(SHUT_RDWR)) }
        }
    }

    private func acceptConnections() {
        while true {
            let connection = nerdwork_accept(listener)
            guard connection >= 0 else { break }
            state.withLock { _ = $0.open.insert(connection) }
            SystemThread.start { [self] in
                serve(connection)
                state.withLock { state in
                    _ = state.open.remove(connection)
                    _ = close(connection)
                }
            }?.detach()
        }
    }

    private func serve(_ connection: Int32) {
        var stream = RequestStream(descriptor: connection)
        while stream.waitForBytes() {
            if case .cut? = state.withLock({ $0.steps.first }), stream.isSendEmail {
                state.withLock { state in
                    state.calls += 1
                    state.steps.removeFirst()
                }
                return stream.reset()
            }
            guard let request = stream.next() else { return }
            guard request.isSendEmail ? sendEmail(request, stream) : answerSecret(request, stream) else { return }
        }
    }

    private func answerSecret(_ request: RequestStream.Request, _ stream: RequestStream) -> Bool {
        guard let root = try? JSONDocument(parsing: request.body).root,
            let name = try? root.member("SecretId").string()
        else { return stream.answer(400, #"{"__type":"InvalidRequestException"}"#) }
        let isPrevious = root["VersionStage"]?.matches("AWSPREVIOUS") == true
        let value = state.withLock { isPrevious ? $0.previous[name] : $0.secrets[name] }
        guard let value else { return stream.answer(400, #"{"__type":"ResourceNotFoundException"}"#) }
        return stream.answer(200, JSONWriter.object { $0.member("SecretString", value) }.text)
    }

    private func sendEmail(_ request: RequestStream.Request, _ stream: RequestStream) -> Bool {
        let step = state.withLock { state in
            state.calls += 1
            return state.steps.isEmpty ? Step.accept : state.steps.removeFirst()
        }
        switch step {
        case .accept: return stream.answer(200, accept(request))
        case .refuse(let status, let code):
            return stream.answer(status, #"{"message":"ada@mail.example is refused"}"#, errorType: code)
        case .acceptInSilence:
            _ = accept(request)
            stream.waitForEnd()
            return false
        case .acceptAndCut:
            _ = accept(request)
            stream.reset()
            return false
        case .cut:
            stream.reset()
            return false
        case .acceptAndBabble:
            _ = accept(request)
            return stream.answer(200, "<html>")
        case .hold(let gate):
            gate.pass()
            return stream.answer(200, accept(request))
        case .acceptAndHold(let gate):
            let answer = accept(request)
            gate.pass()
            return stream.answer(200, answer)
        }
    }

    /// Keeps the mail; returns the answer.
    private func accept(_ request: RequestStream.Request) -> String {
        guard let mail = try? Mail(json: JSONDocument(parsing: request.body).root) else { return "{}" }
        let number = state.withLock { state in
            state.accepted.append(mail)
            return state.accepted.count
        }
        return #"{"MessageId":"stand-in-\#(number)"}"#
    }
}

private struct StandInState {
    var secrets: [String: String]
    var previous: [String: String] = [:]
    var steps: [MailStandIn.Step] = []
    var accepted: [MailStandIn.Mail] = []
    var calls = 0
    var open: Set<Int32> = []
    var isStopped = false

    init(secrets: [String: String]) {
        self.secrets = secrets
    }
}

extension MailStandIn.Mail {
    init(json: JSONValue) throws {
        let content = try json.member("Content").member("Simple")
        let body = try content.member("Body")
        from = try json.member("FromEmailAddress").string()
        let recipients = try Array(json.member("Destination").member("ToAddresses").elements)
        to = try recipients.map { try $0.string() }.joined(separator: ",")
        subject = try content.member("Subject").member("Data").string()
        text = try body.member("Text").member("Data").string(maximumBytes: 1 << 20)
        html = try body.member("Html").member("Data").string(maximumBytes: 1 << 20)
        let tags = try Self.pairs(json.member("EmailTags"))
        messageID = tags["message_id"] ?? ""
        template = tags["template"] ?? ""
        headers = try Self.pairs(content.member("Headers"))
        configurationSet = try json.optional("ConfigurationSetName")?.string()
    }

    private static func pairs(_ list: JSONValue) throws -> [String: String] {
        var pairs: [String: String] = [:]
        for entry in try list.elements {
            pairs[try entry.member("Name").string()] = try entry.member("Value").string(maximumBytes: 1 << 16)
        }
        return pairs
    }
}
