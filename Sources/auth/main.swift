import AuthKeys
import AuthService
import LambdaRuntime
import PostgresClient
import ServiceKit

// Health and discovery need no database: it is opened at first use.
LambdaRuntime.run { environment in
    let settings = try AuthSettings(Environment { environment[$0] })
    let database = try Database.atFirstUse(for: environment)
    let written = ResponsePublication.begin(for: environment, database)
    return AuthService(database: database, keys: KeyRing(), settings: settings, written: written).dispatcher.handle
}
