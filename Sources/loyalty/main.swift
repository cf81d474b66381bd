import LambdaRuntime
import LoyaltyService
import Platform
import PostgresClient
import ServiceKit

// Lambda gives start-up full CPU, and every event needs the session: it is opened now.
LambdaRuntime.run { environment in
    let database = try Database.open(for: environment, requiringSchema: LoyaltyService.requiredSchema)
    let written = ResponsePublication.begin(for: environment, database)
    return LoyaltyService(database: database, written: written, now: SystemClock.now).dispatcher.handle
}
