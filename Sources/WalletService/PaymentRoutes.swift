import Codecs
import LambdaEvents
import LambdaRuntime
import ServiceKit
import StrictJSON

extension WalletService {
    /// The longest reason of a reversal, in bytes.
    static let longestReason = 200

    func addPayments(to dispatcher: inout EventDispatcher) {
        dispatcher.post("/wallet/transfers") { [self] request, context in try tip(request, context) }
        dispatcher.post("/wallet/purchases") { [self] request, context in try purchase(request, context) }
        dispatcher.post("/wallet/transactions/{id}/reversal") { [self] request, context in
            try reverse(request, context)
        }
    }

    /// `POST /wallet/transfers`: the caller tips somebody.
    private func tip(_ request: APIRequest, _ context: InvocationContext) throws -> APIResponse {
        let caller = try caller(request, context)
        let key = try key(request, caller)
        let body = try request.json(onlyMembers: ["recipientId", "amount"])
        let amount = try body.amount("amount")
        guard let recipient = try body.user("recipientId") else { throw Problem.unknownRecipient() }
        guard recipient != caller.userID else { throw Problem.selfTransfer("/recipientId") }
        let command = WalletCommand(operation: .tip, other: recipient, amount: amount)
        return try perform(command, key, caller: caller, context)
    }

    /// `POST /wallet/purchases`: the caller pays a creator; the platform keeps its share.
    private func purchase(_ request: APIRequest, _ context: InvocationContext) throws -> APIResponse {
        let caller = try caller(request, context)
        let key = try key(request, caller)
        let body = try request.json(onlyMembers: ["creatorId", "comicId", "price"])
        let price = try body.amount("price")
        let comic = try body.member("comicId").string(maximumBytes: 128)
        guard OpaqueIdentifier.isValid(comic) else {
            throw Problem.unprocessable(pointer: "/comicId", code: "malformed")
        }
        let creator = try body.creator(except: caller)
        let command = WalletCommand(operation: .purchase, other: creator, amount: price, text: comic)
        return try perform(command, key, caller: caller, context)
    }

    /// `POST /wallet/transactions/{id}/reversal`: an operator takes a transaction back.
    private func reverse(_ request: APIRequest, _ context: InvocationContext) throws -> APIResponse {
        let caller = try operatingCaller(request, context)
        let key = try key(request, caller)
        let transaction = try subject(request)
        let reason = try request.json(onlyMembers: ["reason"]).member("reason").string(maximumBytes: Self.longestReason)
        guard !reason.isEmpty else { throw Problem.unprocessable(pointer: "/reason", code: "too_short", min: 1) }
        let command = WalletCommand(operation: .reversal, subject: transaction, text: reason)
        return try perform(command, key, caller: caller, asOperator: true, context)
    }
}
