internal import ArgumentParser
internal import LocalPlatform

/// Sends a request through the routes of template.json.
struct SendRequest: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "request", abstract: "Send a request through the routes of template.json, as API Gateway would.",
        discussion: """
            A body is sent as application/json unless --header names another type. Cookies of an answer are printed and \
            not kept; --header 'cookie: NAME=VALUE' sends one.
            """)

    @Argument(help: "GET, POST, PATCH or DELETE.")
    var method: String

    @Argument(help: "Path and query, such as /loyalty/me/history?limit=10.")
    var target: String

    @Option(help: "The body; @FILE for a file, @- for standard input.")
    var body: String?

    @Option(help: "An access token, as `invoke-local token` prints it.")
    var token: String?

    @Option(name: .customLong("header"), help: "A header field, as 'name: value'.")
    var headers: [String] = []

    @Option(help: "The client's address.")
    var sourceIP = "127.0.0.1"

    @Flag(help: "Do not build the functions first where their sources are newer than their executables.")
    var noBuild = false

    @OptionGroup var options: SharedOptions

    func run() throws {
        let console = Console(quiet: options.quiet)
        var failed = false
        try reportingErrors(console) { () throws(LocalError) in failed = try send(console) }
        if failed { throw ExitCode(1) }
    }

    private func send(_ console: Console) throws(LocalError) -> Bool {
        let request = try request()
        let narrator = Narrator(console, printsResults: false)
        let run = try StackRun(try Project(options), options, build: !noBuild, narrator) { console.log($0) }
        defer { run.stack.stop() }
        console.note("\(method) \(target)", .bold)
        let answer = try run.stack.send(request)
        console.note("HTTP \(answer.status)", answer.status < 400 ? .green : .red)
        for (name, value) in answer.headers { console.note("  \(name): \(value)", .faint) }
        for cookie in answer.cookies { console.note("  set-cookie: \(cookie)", .faint) }
        if !answer.body.isEmpty { console.result(EventFile.readable(answer.body)) }
        try run.stack.deliverEvents {
            narrator.tell($0)
        } remark: {
            narrator.remark($0)
        }
        return answer.result?.isFailure == true
    }

    private func request() throws(LocalError) -> GatewayRequest {
        guard target.hasPrefix("/") else { throw LocalError(.usage, "The path begins with a slash: /loyalty/me.") }
        var fields: [(name: String, value: String)] = []
        for header in headers {
            let parts = header.split(separator: ":", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { throw LocalError(.usage, "--header wants 'name: value', not \"\(header)\".") }
            fields.append((parts[0].lowercased(), String(parts[1].drop { $0 == " " })))
        }
        if let token { fields.append(("authorization", "Bearer \(token)")) }
        var content: [UInt8]?
        if let body { content = body.hasPrefix("@") ? try Files.read(String(body.dropFirst())) : Array(body.utf8) }
        if content != nil, !fields.contains(where: { $0.name == "content-type" }) {
            fields.append(("content-type", "application/json"))
        }
        return GatewayRequest(method.uppercased(), target, headers: fields, body: content, sourceIP: sourceIP)
    }
}
