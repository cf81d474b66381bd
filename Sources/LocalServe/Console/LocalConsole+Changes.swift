internal import LocalPlatform
internal import LocalRuntimeAPI
internal import StrictJSON

/// What the page may ask to be done.
extension LocalConsole {
    func change(_ path: String, _ bytes: [UInt8]) throws(LocalError) -> Answer {
        switch path {
        case "dead-letters/replay":
            return outcome(try sources.deadLetters.replay(try name(bytes)))
        case "schedules/run":
            return outcome(try sources.schedules.run(try name(bytes)))
        case "secrets/rotate":
            return outcome(try sources.secrets.rotate(try name(bytes)))
        case "events":
            return try putEvent(try body(bytes, members: ["source", "detailType", "detail"]))
        case "journal", "mail", "ledger", "ledger/statement", "readers", "dead-letters", "schedules",
            "access":
            return .refusal(405, "Only GET.", allow: "GET")
        default:
            return .refusal(404, "There is nothing here.")
        }
    }

    private func outcome(_ outcome: ConsoleOutcome) -> Answer {
        .object { object in
            object.member("succeeded", outcome.succeeded)
            object.member("message", outcome.message)
        }
    }

    /// An event of another service of the product: `nerdwork.…`, so that nobody plays AWS.
    private func putEvent(_ body: JSONTree) throws(LocalError) -> Answer {
        guard let source = body["source"]?.text, source.hasPrefix("nerdwork."), source.utf8.count <= 256,
            let type = body["detailType"]?.text, (1...128).contains(type.utf8.count),
            let detail = body["detail"], case .object = detail
        else { throw LocalError(.data, "An event wants a source nerdwork.…, a detailType and an object as detail.") }
        let id = try sources.put(source, type, detail)
        return .object { $0.member("id", id) }
    }

    /// The name in `{"name":"…"}`: of a file or a schedule, so without a path in it.
    private func name(_ bytes: [UInt8]) throws(LocalError) -> String {
        let body = try body(bytes, members: ["name"])
        guard let name = body["name"]?.text, (1...255).contains(name.utf8.count), !name.utf8.contains(0x2F),
            !name.utf8.contains(0), !name.hasPrefix(".")
        else { throw LocalError(.data, "name is missing, or is none.") }
        return name
    }

    private func body(_ bytes: [UInt8], members: Set<String>) throws(LocalError) -> JSONTree {
        guard let tree = try? JSONTree(parsing: bytes), case .object(let found) = tree,
            found.allSatisfy({ members.contains($0.name) })
        else { throw LocalError(.data, "The body must be an object with \(members.sorted().joined(separator: ", ")).") }
        return tree
    }
}
