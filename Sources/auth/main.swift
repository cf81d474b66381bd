import AWSClient
import AuthKeys
import AuthService
import LambdaRuntime
import PostgresClient
import ServiceKit

// Health and discovery need no database: it is opened at first use. The keys are fetched at once, because discovery
// answers from memory; without them the function starts all the same, and asks again after its first response.
LambdaRuntime.run { environment in
    let variables = Environment { environment[$0] }
    let settings = try AuthSettings(variables)
    let secrets = AuthSecrets(
        AWSClient(environment: { environment[$0] }), keys: try variables.required("AUTH_KEYS_SECRET_ARN"),
        seal: try variables.required("EVENT_SEALING_SECRET_ARN"))
    let database = try Database.atFirstUse(for: environment)
    let written = ResponsePublication.begin(for: environment, database)
    let service = AuthService(
        database: database, keys: secrets.keys, seals: secrets.seals, settings: settings, written: written)
    secrets.keys.refreshIfOld(deadline: AuthSecrets.startDeadline)
    environment.onResponseSent { service.refreshKeys(after: $0) }
    return service.dispatcher.behind(OriginGate(environment)).handle
}
