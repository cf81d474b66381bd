import AWSClient
import LambdaRuntime
import NotificationService
import PostgresClient
import ServiceKit

// Most invocations need the database, but health, ignored reports and refused events do not: it is opened at first use.
LambdaRuntime.run { environment in
    let settings = try NotificationSettings(Environment { environment[$0] })
    let database = try Database.atFirstUse(for: environment)
    let client = AWSClient(environment: { environment[$0] })
    return NotificationService(database: database, client: client, settings: settings).dispatcher
        .behind(OriginGate(environment)).handle
}
