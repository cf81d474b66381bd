import LambdaRuntime
import LedgerAuditService
import Platform
import PostgresClient
import ServiceKit

// Lambda gives start-up full CPU, and every event needs the session: it is opened now.
LambdaRuntime.run { environment in
    let database = try Database.open(for: environment, requiringSchema: LedgerAuditService.requiredSchema)
    let written = ResponsePublication.begin(for: environment, database)
    return LedgerAuditService(database: database, written: written, now: SystemClock.now).dispatcher.handle
}
