package import AuthKeys
package import Codecs
package import Cryptography
import LambdaRuntime
import Platform
package import PostgresClient
package import ServiceKit

/// Accounts, sign-in, tokens and sessions.
///
/// One thread at a time. Neither the database nor AWS is touched before a request needs them.
package final class AuthService {
    let database: Database
    let keys: KeyRing
    let seals: SealSource
    let settings: AuthSettings
    let written: WrittenEvents
    let passwordCost: ScryptCost
    let breachedPasswords: BreachedPasswords?
    let now: () -> Timestamp

    /// - Parameters:
    ///   - database: logs in as `nerdwork_auth`
    ///   - keys: signs access tokens, and derives everything else that is secret
    ///   - seals: closes the personal part of events
    ///   - written: takes note of the events that the service wrote to the outbox
    ///   - passwordCost: of new password hashes; another than `.standard` is for tests and benchmarks
    ///   - now: the wall clock
    package init(
        database: Database, keys: KeyRing, seals: SealSource, settings: AuthSettings,
        written: WrittenEvents = WrittenEvents(), passwordCost: ScryptCost = .standard,
        now: @escaping () -> Timestamp = { SystemClock.now() }
    ) {
        self.database = database
        self.keys = keys
        self.seals = seals
        self.settings = settings
        self.written = written
        self.passwordCost = passwordCost
        breachedPasswords = settings.breachedPasswordsURL.map { BreachedPasswords(url: $0) }
        self.now = now
    }

    /// The routes and events of the service.
    package var dispatcher: EventDispatcher {
        var dispatcher = EventDispatcher()
        addDiscovery(to: &dispatcher)
        addSignUp(to: &dispatcher)
        addSignIn(to: &dispatcher)
        addAccount(to: &dispatcher)
        dispatcher.ready { [database] context in
            _ = try database.unitOfWork(deadline: context.deadline) { try $0.query("select 1") }
        }
        return dispatcher
    }
}

@available(*, unavailable)
extension AuthService: Sendable {}
