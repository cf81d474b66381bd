internal import Codecs
internal import LocalPlatform
internal import StrictJSON

/// Events as files, and bodies for people.
enum EventFile {
    /// The event with its placeholders filled; the sentence that says where it is no JSON.
    static func read(_ path: String, now: Timestamp, run: UInt16) throws(LocalError) -> [UInt8] {
        let source = try Files.read(path)
        let filled = try SampleEvent.fill(source, now: now, run: run)
        do throws(JSONError) {
            _ = try JSONDocument(parsing: filled)
        } catch {
            let (line, column) = place(of: error.offset, in: filled)
            let name = path == "-" ? "The event on standard input" : path
            throw LocalError(
                .data, "\(name) is not valid JSON: line \(line), column \(column) (\(error.code.rawValue)).")
        }
        return filled
    }

    /// The event with its personal part sealed, where the file has it in clear, with the secret of the function.
    static func sealed(
        _ payload: [UInt8], for function: TemplateFunction, secrets: SecretStore
    ) throws(LocalError) -> [UInt8] {
        let event = tree(payload)
        guard SealedSample.needsSealing(event) else { return payload }
        guard let secret = function.environment["EVENT_SEALING_SECRET_ARN"] else {
            throw LocalError(
                .data, "detail.sealed of the event is an object, but \(function.name) has no EVENT_SEALING_SECRET_ARN.")
        }
        return Array(try SealedSample.seal(event, secret: try secrets.currentValue(secret)).compactText.utf8)
    }

    /// A JSON body on as many lines as it needs; anything else as it is.
    static func readable(_ body: [UInt8]) -> String {
        guard let tree = try? JSONTree(parsing: body) else { return String(decoding: body, as: UTF8.self) }
        return tree.pretty()
    }

    /// Status and body of an answer to API Gateway, for people; nil when it is none.
    static func httpAnswer(_ body: [UInt8]) -> (status: Int, content: String)? {
        let tree = tree(body)
        guard let status = tree["statusCode"]?.scalarText.flatMap({ Int($0) }) else { return nil }
        let content = tree["body"]?.text.map { Self.tree(Array($0.utf8)).pretty(indentation: 2) }
        return (status, content ?? "")
    }

    /// A body as a JSON value; a text when it is none.
    static func tree(_ body: [UInt8]) -> JSONTree {
        (try? JSONTree(parsing: body)) ?? .string(String(decoding: body, as: UTF8.self))
    }

    private static func place(of offset: Int, in text: [UInt8]) -> (line: Int, column: Int) {
        let before = text.prefix(offset)
        let line = before.reduce(1) { $1 == 0x0A ? $0 + 1 : $0 }
        let column = offset - (before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0) + 1
        return (line, column)
    }
}
