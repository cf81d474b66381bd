import Codecs
import JSONWebToken
import LambdaEvents
import LambdaRuntime
import Ledger
import PostgresClient
import ServiceKit

extension WalletService {
    /// Who calls.
    ///
    /// No route takes a sender: the token's subject is the one whose wallet is read or pays.
    ///
    /// - Throws: `Problem` 401 `unauthenticated`, 503 without keys.
    func caller(_ request: APIRequest, _ context: InvocationContext) throws -> CallerIdentity {
        try gate.caller(of: request, context)
    }

    /// Who calls, who must be an operator that has proved who they are lately: what is asked for moves others' NWT.
    ///
    /// - Throws: `Problem` 403 `forbidden`, `insufficient_aal` or `step_up_required`, and what `caller` throws.
    func operatingCaller(_ request: APIRequest, _ context: InvocationContext) throws -> CallerIdentity {
        let caller = try caller(request, context)
        try caller.requireAdministrator()
        try caller.requireRecentProof(now: now())
        return caller
    }

    /// Whether the caller decides as an operator about a hold, which must not be an old token's to decide.
    ///
    /// - Throws: `Problem` 403 `step_up_required` for an operator.
    func decidesAsOperator(_ caller: CallerIdentity) throws -> Bool {
        guard caller.isAdministrator else { return false }
        try caller.requireRecentProof(now: now())
        return true
    }
}

extension DatabaseError {
    /// What a refusal by the functions of schema `auth` tells the caller; nil for other errors.
    var refusal: Problem? {
        switch sqlState {
        case "NA401": .unauthenticated
        case "NA403": .forbidden
        case "NA433": .insufficientAAL
        default: nil
        }
    }
}
