internal import Codecs
internal import LocalPlatform

/// What follows the reward: one person gives another something of it.
extension Story {
    /// NWT.
    static let tip = 2

    /// A second person, up to their first access token.
    func join(_ person: Person) throws(LocalError) -> Session {
        _ = try post("/auth/signup", person.signUpBody, as: person, expecting: 202)
        try deliver()
        try verify(person)
        return try signIn(person)
    }

    /// The same request twice: once it moves something, and once it is only answered.
    func giveTip(from giver: Session, to friend: Session) throws(LocalError) {
        let key = "tip-\(Hex.encode(try LocalRandom.bytes(8)))"
        let body = JSONTree.object([
            .init(name: "recipientId", value: .string(friend.user)),
            .init(name: "amount", value: .number(String(Self.tip))),
        ])
        let first = try send("POST", "/wallet/transfers", body, token: giver.token, key: key, expecting: 201)
        try deliver()
        let again = try send("POST", "/wallet/transfers", body, token: giver.token, key: key, expecting: 201)
        guard again.body == first.body else {
            throw LocalError(.software, "The same request was answered otherwise the second time.")
        }
    }

    func lookAtStatements(_ giver: Session, _ friend: Session) throws(LocalError) {
        for (person, session) in [(ada, giver), (grace, friend)] {
            console.note("  \(person.name):", .bold)
            let answer = try send("GET", "/wallet/statement", nil, token: session.token, as: person, expecting: 200)
            let tips = answer.json["entries"]?.elements.filter { $0["type"]?.text == "TIP" } ?? []
            guard tips.count == 1 else { throw LocalError(.software, "The statement has \(tips.count) tips, not one.") }
        }
    }
}
