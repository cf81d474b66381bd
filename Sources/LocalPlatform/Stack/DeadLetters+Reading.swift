package import Codecs
internal import Platform

/// An event that was given up.
package struct DeadLetter: Sendable {
    /// Name of its file, which is what it is asked for by.
    package let name: String
    package let time: Timestamp
    /// Name of the function that did not take it.
    package let function: String
    package let origin: DeadLetters.Origin
    /// `RetriesExhausted` or `EventAgeExceeded`.
    package let condition: String
    package let attempts: Int
    /// `errorType` and `errorMessage` of the last attempt; empty where there was none.
    package let errorType: String
    package let errorMessage: String
    /// What the function got.
    package let payload: JSONTree
    /// The whole file.
    package let record: JSONTree
}

extension DeadLetters {
    /// All of them, the latest first; at most that many.
    package func list(limit: Int = 1_000) -> [DeadLetter] {
        let names = Files.names(in: folder).filter { $0.hasSuffix(".json") }.reversed()
        return names.prefix(max(0, limit)).compactMap { try? read($0) }
    }

    /// The one whose file has this name.
    ///
    /// Throws `.noInput` where there is none, and `.data` where it is no dead letter.
    package func read(_ name: String) throws(LocalError) -> DeadLetter {
        let record: JSONTree
        do {
            record = try JSONTree(parsing: try Files.read(try path(of: name)))
        } catch let error as LocalError {
            throw error
        } catch {
            throw LocalError(.data, "The dead letter \(name) is not valid JSON.")
        }
        guard let payload = record["requestPayload"], let context = record["requestContext"],
            let function = record["local"]?["function"]?.text ?? Self.function(named: context["functionArn"]?.text)
        else { throw LocalError(.data, "\(name) is no dead letter.") }
        let local = record["local"]
        return DeadLetter(
            name: name, time: RFC3339.parse((record["timestamp"]?.text ?? "").utf8) ?? SystemClock.now(),
            function: function,
            origin: Origin(
                source: local?["source"]?.text ?? payload["id"]?.text ?? "", rule: local?["rule"]?.text ?? "",
                queue: local?["queue"]?.text),
            condition: context["condition"]?.text ?? "",
            attempts: context["approximateInvokeCount"]?.scalarText.flatMap { Int($0) } ?? 0,
            errorType: record["responsePayload"]?["errorType"]?.text ?? "",
            errorMessage: record["responsePayload"]?["errorMessage"]?.text ?? "", payload: payload, record: record)
    }

    /// Removes the file; one that is gone already is no error.
    package func remove(_ name: String) throws(LocalError) {
        let path = try path(of: name)
        guard unsafe unlink(path) == 0 || errno == ENOENT else {
            throw LocalError(.cannotCreate, "Cannot remove \(path).")
        }
    }

    /// A name from outside must not lead out of the folder.
    private func path(of name: String) throws(LocalError) -> String {
        let isPlain = name.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
            default: false
            }
        }
        guard isPlain, name.utf8.count <= 200, name.hasSuffix(".json"), !name.hasPrefix("."),
            Files.exists("\(folder)/\(name)")
        else { throw LocalError(.noInput, "There is no dead letter \"\(name.prefix(200))\".") }
        return "\(folder)/\(name)"
    }

    /// Records of older versions name the function by its ARN alone.
    private static func function(named arn: String?) -> String? {
        guard let part = arn?.split(separator: ":").dropFirst(6).first else { return nil }
        let prefix = (TemplateValues.pseudoParameters["AWS::StackName"] ?? "") + "-"
        return String(part.hasPrefix(prefix) ? part.dropFirst(prefix.count) : part)
    }
}
