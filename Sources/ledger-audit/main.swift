import LambdaRuntime
import LedgerAuditService
import Platform
import PostgresClient
import ServiceKit

// Lambda gives start-up full CPU, and every event needs the session: it is opened now.
LambdaRuntime.run { environment in
    let database = try Database.open(for: environment, requiringSchema: LedgerAuditService.requiredSchema)
    return LedgerAuditService(database: database, now: SystemClock.now).dispatcher.handle
}
