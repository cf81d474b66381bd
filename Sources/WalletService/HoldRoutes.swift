import Codecs
import LambdaEvents
import LambdaRuntime
import PostgresClient
import ServiceKit
import StrictJSON

extension WalletService {
    func addHolds(to dispatcher: inout EventDispatcher) {
        dispatcher.post("/wallet/holds") { [self] request, context in try openHold(request, context) }
        dispatcher.get("/wallet/holds/{id}") { [self] request, context in try showHold(request, context) }
        dispatcher.post("/wallet/holds/{id}/capture") { [self] request, context in try capture(request, context) }
        dispatcher.route(.post, "/wallet/holds/{id}/release", takesBody: false) { [self] request, context in
            try release(request, context)
        }
    }

    /// `POST /wallet/holds`: the caller holds an amount back for a creator.
    private func openHold(_ request: APIRequest, _ context: InvocationContext) throws -> APIResponse {
        let caller = try caller(request, context)
        let key = try key(request, caller)
        let body = try request.json(onlyMembers: ["creatorId", "amount", "expiresInSeconds"])
        let amount = try body.amount("amount")
        let seconds = try body.optional("expiresInSeconds")?.integer(in: HoldLifetime.allowed)
        let creator = try body.creator(except: caller)
        let command = WalletCommand(
            operation: .hold, other: creator, amount: amount,
            seconds: seconds.map { Int32(clamping: $0) } ?? HoldLifetime.standard)
        return try perform(command, key, caller: caller, context)
    }

    /// `GET /wallet/holds/{id}`: for the payer, the creator and operators.
    private func showHold(_ request: APIRequest, _ context: InvocationContext) throws -> APIResponse {
        let caller = try caller(request, context)
        let select = HoldStore.hold(
            try subject(request), caller: caller.userID, session: caller.isAdministrator ? caller.sessionID : nil,
            now: now())
        do {
            let hold = try database.unitOfWork(deadline: context.deadline, idempotent: true) { connection in
                try connection.query(select).first.map { try HoldStore.decode($0) }
            }
            guard let hold else { throw Problem.notFound }
            return CommandAnswer.response(hold)
        } catch let error as DatabaseError {
            throw error.refusal ?? error
        }
    }

    /// `POST /wallet/holds/{id}/capture`: the creator, or an operator, takes at most what is held; the rest goes back.
    private func capture(_ request: APIRequest, _ context: InvocationContext) throws -> APIResponse {
        let caller = try caller(request, context)
        let isOperator = try decidesAsOperator(caller)
        let key = try key(request, caller)
        let hold = try subject(request)
        let amount = try request.json(onlyMembers: ["amount"]).amount("amount")
        let command = WalletCommand(operation: .capture, subject: hold, amount: amount)
        return try perform(command, key, caller: caller, asOperator: isOperator, context)
    }

    /// `POST /wallet/holds/{id}/release`: the creator, or an operator, gives it back; the request has no body.
    private func release(_ request: APIRequest, _ context: InvocationContext) throws -> APIResponse {
        let caller = try caller(request, context)
        let isOperator = try decidesAsOperator(caller)
        let key = try key(request, caller)
        let command = WalletCommand(operation: .release, subject: try subject(request))
        return try perform(command, key, caller: caller, asOperator: isOperator, context)
    }
}
