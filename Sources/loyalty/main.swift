import LambdaRuntime
import LoyaltyService
import Platform
import PostgresClient
import ServiceKit

// Lambda gives start-up full CPU, and every event needs the session: it is opened now.
LambdaRuntime.run { environment in
    let settings = Environment { environment[$0] }
    let database = try Database.open(for: environment, requiringSchema: LoyaltyService.requiredSchema)
    let written = ResponsePublication.begin(for: environment, database)
    let keys = PublishedKeys(database, now: SystemClock.now)
    let gate = try TokenGate(settings, now: SystemClock.now, keys: keys.current)
    keys.prefetch()
    let service = LoyaltyService(
        database: database, gate: gate, written: written, durability: try settings.durability(), now: SystemClock.now)
    return service.dispatcher.behind(OriginGate(environment)).handle
}
