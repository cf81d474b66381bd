import AWSClient
import LambdaRuntime
import LedgerAuditService
import Platform
import PostgresClient
import ServiceKit

// Lambda gives start-up full CPU, and every event needs the session: it is opened now.
LambdaRuntime.run { environment in
    let database = try Database.open(for: environment, requiringSchema: LedgerAuditService.requiredSchema)
    let written = ResponsePublication.begin(for: environment, database)
    let client = AWSClient(environment: { environment[$0] })
    let anchors = try AnchorStore.named(by: Environment { environment[$0] }, client, now: SystemClock.now)
    return LedgerAuditService(database: database, written: written, anchors: anchors, now: SystemClock.now)
        .dispatcher.handle
}
