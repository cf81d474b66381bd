import PostgresClient

extension Stage {
    /// Fails to sign in a hundred times with each of them, a quarter of an hour and more between attempts.
    func lock(_ accounts: [Accounts.Account]) throws {
        for round in 0..<100 {
            for (number, account) in accounts.enumerated() {
                var request = Request.login(account.email, Accounts.wrongPassword)
                request.source = "192.0.2.\(number)"
                let status = try Answer(call(request.event).answer).status
                guard status == 401 else { throw UsageError(words: "attempt \(round) was answered with \(status)") }
            }
            wait(milliseconds: 1_000_000)
        }
    }
}
