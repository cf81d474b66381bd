internal import AuthKeys
package import Codecs
internal import JSONWebToken
internal import Mail

extension LocalStack {
    var keys: LocalKeys { LocalKeys(database: database, template: template, aws: aws) }

    /// Makes sure that there are keys to sign access tokens with, by running the real `provision` where there are none.
    func makeKeys() throws(LocalError) {
        guard !hasKeys else { return }
        try keys.makeReady(invoke)
        hasKeys = true
    }

    /// A token that somebody asked for by hand, and whether an account was made for it.
    package struct IssuedToken: Sendable {
        package let token: String
        package let user: UUID
        package let isNewAccount: Bool
    }

    /// Signs in as the account with that address, without its password; the account is made where there is none.
    ///
    /// - Parameter role: what the account becomes, if anything; an administrator is signed in with two factors.
    package func issueToken(as email: String, role: String?) throws(LocalError) -> IssuedToken {
        guard EmailAddress(email) != nil else { throw LocalError(.usage, "\"\(email)\" is no email address.") }
        try makeKeys()
        let accounts = LocalAccounts(database: database)
        let known = try accounts.account(email)
        let user = if let known { known } else { try TokenMint.newID() }
        if known == nil { try accounts.makeAccount(user, email: email) }
        if let role { try accounts.setRole(role, of: user) }
        let token = try openSession(of: user, role: try accounts.role(of: user))
        return IssuedToken(token: token, user: user, isNewAccount: known == nil)
    }

    private func openSession(of user: UUID, role: String) throws(LocalError) -> String {
        let document = try keys.document()
        let level: AuthenticationLevel = role == "admin" ? .two : .one
        let session = try LocalAccounts(database: database)
            .openSession(of: user, acr: level.rawValue, keyID: document.roots.last?.id ?? 1)
        return try mint().token(for: TokenMint.Subject(user: user, session: session, role: role, level: level))
    }

    func mint() throws(LocalError) -> TokenMint {
        guard let authorizer = template.authorizer else {
            throw LocalError(.data, "template.json has no authorizer, so that nobody would take a token.")
        }
        return TokenMint(authorizer: authorizer, document: try keys.document())
    }
}

extension LocalStack {
    /// A sample event of an HTTP route with a token of now: where the file has `claims`, it gets an `authorization` field
    /// that is good for ten minutes, and the claims of that token.
    ///
    /// The token's session is opened, because services look it up where it matters; the account is made where there is
    /// none.
    package func authorized(_ payload: [UInt8]) throws(LocalError) -> [UInt8] {
        guard let event = try? JSONTree(parsing: payload), let sample = AuthorizedSample(event) else { return payload }
        guard let user = UUID(sample.subject) else {
            throw LocalError(.data, "The claims of the event have no UUID as sub.")
        }
        try makeKeys()
        let token = try accountToken(user, sample)
        return Array(sample.event(with: token).compactText.utf8)
    }

    private func accountToken(_ user: UUID, _ sample: AuthorizedSample) throws(LocalError) -> String {
        let accounts = LocalAccounts(database: database)
        try accounts.makeAccount(user, email: "\(user)@nerdwork.example")
        try accounts.setRole(sample.role, of: user)
        return try openSession(of: user, role: sample.role)
    }
}
