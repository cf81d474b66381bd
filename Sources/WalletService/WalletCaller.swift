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

    /// Whether the caller is an operator as the token says.
    ///
    /// The database asks its own tables before it does anything for one.
    func isOperator(_ caller: CallerIdentity) -> Bool {
        Self.isAdministrator(caller) && caller.acr == .two && (try? caller.require(scope: "admin")) != nil
    }

    /// - Throws: `Problem` 403 `insufficient_aal` for an administrator without a second factor, `forbidden` for others
    ///   who are no operators.
    func requireOperator(_ caller: CallerIdentity) throws {
        guard caller.acr == .two || !Self.isAdministrator(caller) else { throw Problem.insufficientAAL }
        guard isOperator(caller) else { throw Problem.forbidden }
    }

    private static func isAdministrator(_ caller: CallerIdentity) -> Bool {
        caller.role.utf8.elementsEqual("admin".utf8)
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
