internal import Codecs
internal import LocalPlatform
internal import Platform

/// The main job, step by step; a step that does not end as it should ends the story.
struct Story {
    let run: StackRun
    let console: Console
    let ada: Person
    let grace: Person
    private var step = 0

    init(_ run: StackRun, _ console: Console) throws(LocalError) {
        self.run = run
        self.console = console
        ada = try Person("Ada")
        grace = try Person("Grace")
    }

    mutating func play() throws(LocalError) {
        begin("Ada signs up as \(ada.email)")
        _ = try post("/auth/signup", ada.signUpBody, expecting: 202)
        try deliver()
        begin("She opens the mail and confirms her address")
        try verify(ada)
        begin("She signs in")
        let session = try signIn(ada)
        begin("She reads a comic: the reader service puts an event on the bus")
        try readComic(session.user)
        begin("She looks at what she has")
        try lookAtReward(session.token)
        begin("Grace signs up, confirms her address and signs in")
        let friend = try join(grace)
        begin("Ada tips Grace \(Self.tip) NWT, and sends the same request again: it is one tip")
        try giveTip(from: session, to: friend)
        begin("Both look at their statements")
        try lookAtStatements(session, friend)
        begin("Ada's session goes on: a new access token for the refresh token")
        let renewed = try post("/auth/token/refresh", Self.object([("refresh_token", session.refresh)]), expecting: 200)
        begin("She signs out")
        try signOut(try text("refresh_token", of: renewed))
        console.note("\nThe story is over; every step went as it should.", .green)
    }

    // MARK: Steps

    func verify(_ person: Person) throws(LocalError) {
        guard let token = try run.mailbox.secret(inMail: "verify", to: person.email) else {
            throw LocalError(.software, "No mail with a link came to \(person.email).")
        }
        console.note("  the link's token: \(Self.short(token))", .faint)
        let body = Self.object([("token", token), ("password", person.password)])
        _ = try post("/auth/verify-email", body, as: person, expecting: 200)
        try deliver()
    }

    func signIn(_ person: Person) throws(LocalError) -> Session {
        let body = Self.object([
            ("email", person.email), ("password", person.password), ("device_name", "invoke-local"),
        ])
        let answer = try post("/auth/login", body, as: person, expecting: 200)
        try deliver()
        guard let user = answer.json["user"]?["id"]?.text else {
            throw LocalError(.software, "The sign-in's answer names no user.")
        }
        return Session(
            user: user, token: try text("access_token", of: answer), refresh: try text("refresh_token", of: answer))
    }

    private func readComic(_ user: String) throws(LocalError) {
        let comic = "comic-\(Hex.encode(try LocalRandom.bytes(2)))"
        try run.stack.put(
            source: "nerdwork.comic", detailType: "ComicRead",
            detail: .object([
                .init(name: "version", value: .number("1")), .init(name: "userId", value: .string(user)),
                .init(name: "comicId", value: .string(comic)),
                .init(name: "timestamp", value: .number(String(SystemClock.now().millisecondsSince1970))),
            ]))
        try deliver()
    }

    private func lookAtReward(_ token: String) throws(LocalError) {
        let answer = try send("GET", "/loyalty/me", nil, token: token, expecting: 200)
        guard let balance = answer.json["balance"]?.scalarText.flatMap({ Int($0) }), balance > 0 else {
            throw LocalError(.software, "She was not rewarded.")
        }
        console.note("  \(balance) NWT", .green)
    }

    private func signOut(_ refresh: String) throws(LocalError) {
        let body = Self.object([("refresh_token", refresh)])
        _ = try post("/auth/logout", body, expecting: 204)
        console.note("  and the refresh token is worth nothing any more:", .faint)
        _ = try post("/auth/token/refresh", body, expecting: 401)
    }

    // MARK: Means

    private mutating func begin(_ title: String) {
        step += 1
        console.note("\n\(step). \(title)", .bold)
    }

    /// - Parameter person: from whose network it comes; nil for Ada's
    func post(
        _ path: String, _ body: JSONTree, as person: Person? = nil, expecting status: Int
    ) throws(LocalError) -> GatewayAnswer {
        try send("POST", path, body, token: nil, as: person, expecting: status)
    }

    /// - Parameter key: the request's `Idempotency-Key`; nil for none
    func send(
        _ method: String, _ path: String, _ body: JSONTree?, token: String?, key: String? = nil,
        as person: Person? = nil,
        expecting status: Int
    ) throws(LocalError) -> GatewayAnswer {
        var headers = [(name: "x-nw-client", value: "native"), (name: "user-agent", value: "invoke-local")]
        if body != nil { headers.append(("content-type", "application/json")) }
        if let token { headers.append(("authorization", "Bearer \(token)")) }
        if let key { headers.append(("idempotency-key", key)) }
        console.note("  \(method) \(path)")
        let answer = try run.stack.send(
            GatewayRequest(
                method, path, headers: headers, body: body.map { Array($0.compactText.utf8) },
                sourceIP: (person ?? ada).address)
        )
        console.note("  HTTP \(answer.status)", answer.status == status ? .green : .red)
        if !answer.body.isEmpty { console.note("  " + Self.shortened(answer.json).pretty(indentation: 2), .faint) }
        guard answer.status == status else {
            throw LocalError(.software, "\(method) \(path) answered \(answer.status) instead of \(status).")
        }
        return answer
    }

    /// Every event and mail that came of a step, told as it is delivered.
    func deliver() throws(LocalError) {
        try run.stack.deliverEvents {
            run.narrator.tell($0)
        } remark: {
            run.narrator.remark($0)
        }
    }

    func text(_ member: String, of answer: GatewayAnswer) throws(LocalError) -> String {
        guard let text = answer.json[member]?.text else {
            throw LocalError(.software, "The answer has no \(member).")
        }
        return text
    }

    static func object(_ members: [(String, String)]) -> JSONTree {
        .object(members.map { .init(name: $0.0, value: .string($0.1)) })
    }

    /// Tokens are long and secret; nobody wants to see them whole.
    private static func shortened(_ tree: JSONTree) -> JSONTree {
        switch tree {
        case .object(let members):
            .object(
                members.map { member in
                    guard member.name.hasSuffix("token"), case .string(let text) = member.value else {
                        return .init(name: member.name, value: shortened(member.value))
                    }
                    return .init(name: member.name, value: .string(short(text)))
                })
        case .array(let elements): .array(elements.map(shortened))
        default: tree
        }
    }

    private static func short(_ token: String) -> String {
        token.utf8.count > 12 ? "\(token.prefix(12))…" : token
    }
}
