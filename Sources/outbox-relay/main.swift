import LambdaRuntime
import OutboxRelayService
import Platform
import PostgresClient
import ServiceKit

// Lambda gives start-up full CPU, and every event needs the session: it is opened now.
LambdaRuntime.run { environment in
    let database = try Database.open(for: environment, requiringSchema: OutboxRelayService.requiredSchema)
    let publisher = OutboxPublisher(try EventBus(for: environment))
    return OutboxRelayService(database: database, publisher: publisher, now: SystemClock.now).dispatcher.handle
}
