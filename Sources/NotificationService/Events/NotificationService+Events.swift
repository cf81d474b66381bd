import LambdaEvents
import LambdaRuntime
import ServiceKit
import StrictJSON

extension NotificationService {
    func addEvents(to dispatcher: inout EventDispatcher) {
        for kind in AuthEvent.allCases {
            dispatcher.on(source: AuthEvent.source, detailType: kind.rawValue) { [self] event, context in
                let head = try EventHead(event)
                return try notify(try authPlan(kind, head, event.detail, context), context)
            }
        }
        dispatcher.on(source: TransferPlan.source, detailType: TransferPlan.detailType) { [self] event, context in
            try notify(try TransferPlan.make(try EventHead(event), detail: event.detail), context)
        }
        dispatcher.on(source: LedgerPlan.source, detailType: LedgerPlan.failed) { [self] event, context in
            try notify(try LedgerPlan.failed(try EventHead(event), detail: event.detail), context)
        }
        dispatcher.on(source: LedgerPlan.source, detailType: LedgerPlan.completed) { [self] event, context in
            try notify(try LedgerPlan.completed(try EventHead(event), detail: event.detail), context)
        }
    }

    private func authPlan(
        _ kind: AuthEvent, _ head: EventHead, _ detail: JSONValue, _ context: InvocationContext
    ) throws -> MailPlan {
        guard let sealed = try detail.optional("sealed") else {
            return try AuthPlan.make(kind, head, detail: detail, personal: PersonalDetail(json: nil))
        }
        let opened = try secrets.open(try sealed.string(maximumBytes: 32_768), eventID: head.id, context)
        return try AuthPlan.make(kind, head, detail: detail, personal: PersonalDetail(json: opened.root))
    }
}
