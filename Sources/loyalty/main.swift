import LambdaRuntime
import LoyaltyService
import Platform
import PostgresClient
import ServiceKit

// Lambda gives start-up full CPU, and every event needs the session: it is opened now.
LambdaRuntime.run { environment in
    let database = try Database.open(for: environment, requiringSchema: LoyaltyService.requiredSchema)
    return LoyaltyService(database: database, now: SystemClock.now).dispatcher.handle
}
