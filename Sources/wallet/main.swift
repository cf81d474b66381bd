import LambdaRuntime
import Platform
import PostgresClient
import ServiceKit
import WalletService

// Lambda gives start-up full CPU, and every event needs the session: it is opened now.
LambdaRuntime.run { environment in
    let settings = Environment { environment[$0] }
    let database = try Database.open(for: environment, requiringSchema: WalletService.requiredSchema)
    let written = ResponsePublication.begin(for: environment, database)
    let keys = PublishedKeys(database, now: SystemClock.now)
    let gate = try TokenGate(settings, now: SystemClock.now, keys: keys.current)
    keys.prefetch()
    return WalletService(
        database: database, gate: gate, written: written, durability: try settings.durability(), now: SystemClock.now
    ).dispatcher.behind(OriginGate(environment)).handle
}
