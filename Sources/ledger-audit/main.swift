import LambdaRuntime
import LedgerAuditService
import Platform
import PostgresClient
import ServiceKit

LambdaRuntime.run { environment in
    let database = Database(try ConnectionConfiguration(environment: { environment[$0] }))
    environment.onShutdown { database.close() }
    // Lambda gives start-up full CPU, and every event needs the session.
    database.open()
    return LedgerAuditService(database: database, now: SystemClock.now).dispatcher.handle
}
