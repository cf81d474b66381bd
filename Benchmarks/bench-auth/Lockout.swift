import PostgresClient

extension Stage {
    /// Has every account asked about once, so that each has the same past, and locks those that are to be locked.
    ///
    /// By a hundred wrong passwords, a quarter of an hour and more between them. All other limits pass meanwhile.
    func prepare(_ accounts: Accounts, _ request: (Accounts.Account) -> Request) throws {
        let everyone = accounts.everyone.shuffled()
        for ((_, account), source) in zip(everyone, Source.all.shuffled()) {
            _ = try call(request(account).from(source).event)
        }
        wait(milliseconds: 1_000_000)
        let locked = everyone.filter { [.locked, .lockedUnknown].contains($0.state) }.map(\.account)
        for _ in 0..<100 { try fail(locked) }
    }

    /// One wrong password for each; the next one is a quarter of an hour away.
    private func fail(_ accounts: [Accounts.Account]) throws {
        for (account, source) in zip(accounts, Source.all.shuffled()) {
            let request = Request.login(account.email, Accounts.wrongPassword).from(source)
            let status = try Answer(call(request.event).answer).status
            guard status == 401 else { throw UsageError(words: "locking was answered with \(status)") }
        }
        wait(milliseconds: 1_000_000)
    }

    /// Fails until each has to wait, and lets no time pass.
    func throttle(_ accounts: [Accounts.Account]) throws {
        for _ in 0..<6 {
            wait(milliseconds: 1_000_000)
            for (account, source) in zip(accounts.shuffled(), Source.all.shuffled()) {
                _ = try call(Request.login(account.email, Accounts.wrongPassword).from(source).event)
            }
        }
    }
}

/// Where requests come from: each of a round from somewhere else, so that no limit of a network is met.
enum Source {
    static let all = (0..<8_192).map { "198.18.\($0 / 256).\($0 % 256)" }
}
