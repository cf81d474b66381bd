import LambdaRuntime
import LoyaltyService
import Platform
import PostgresClient
import ServiceKit

LambdaRuntime.run { environment in
    let database = try Database(environment: environment)
    environment.onShutdown { database.close() }
    // Lambda gives start-up full CPU, and every event needs the session.
    database.open()
    return LoyaltyService(database: database, now: SystemClock.now).dispatcher.handle
}
