package import AWSClient
package import Codecs
import Cryptography
import LambdaEvents
import LambdaRuntime
import Platform
package import PostgresClient
package import ServiceKit
import StrictJSON

/// Sends the mail that events ask for, each once, and knows what became of it.
///
/// One thread at a time. Neither the database nor AWS is touched before an event needs them.
package final class NotificationService {
    let database: Database
    let client: AWSClient
    let settings: NotificationSettings
    let policy: SendingPolicy
    let secrets: NotificationSecrets
    let now: () -> Timestamp
    /// From 0 up to 1, for the pauses between attempts.
    let random: () -> Double

    /// - Parameters:
    ///   - database: logs in as `nerdwork_notification`
    ///   - client: for SES and Secrets Manager
    package init(
        database: Database, client: AWSClient, settings: NotificationSettings, policy: SendingPolicy = SendingPolicy(),
        now: @escaping () -> Timestamp = { SystemClock.now() },
        random: @escaping () -> Double = { Double.random(in: 0..<1) }
    ) {
        self.database = database
        self.client = client
        self.settings = settings
        self.policy = policy
        self.now = now
        self.random = random
        secrets = NotificationSecrets(client, database, settings)
    }

    /// The events and routes of the service.
    package var dispatcher: EventDispatcher {
        var dispatcher = EventDispatcher()
        addEvents(to: &dispatcher)
        addReports(to: &dispatcher)
        addUnsubscribing(to: &dispatcher)
        dispatcher.onSchedule { [self] event, context in
            let task = try event.detail.member("task")
            guard task.matches("deliver") else { throw task.error(.range) }
            return try deliver(context)
        }
        dispatcher.ready { [database] context in
            _ = try database.unitOfWork(deadline: context.deadline) { try $0.query("select 1") }
        }
        return dispatcher
    }

    /// A name for this invocation's attempts that no other has.
    func newLease() throws(CryptographyError) -> UUID {
        try RandomIdentifier.make(at: now())
    }
}

@available(*, unavailable)
extension NotificationService: Sendable {}
