import LambdaEvents
import LambdaRuntime
import ServiceKit
import StrictJSON

/// A kind of event that asks for mail.
private struct MailEvent {
    let source: String
    let detailType: String
    /// What mail follows from an event of this kind.
    let plan: (EventBridgeEvent, InvocationContext) throws -> MailPlan
}

extension NotificationService {
    func addEvents(to dispatcher: inout EventDispatcher) {
        for kind in mailEvents {
            dispatcher.on(source: kind.source, detailType: kind.detailType) { [self] event, context in
                try notify(try kind.plan(event, context), of: event, context)
            }
        }
    }

    /// What mail follows from an event that was handled before; throws what its reader throws.
    func plan(for event: EventBridgeEvent, _ context: InvocationContext) throws -> MailPlan {
        for kind in mailEvents
        where event.source.utf8.elementsEqual(kind.source.utf8)
            && event.detailType.utf8.elementsEqual(kind.detailType.utf8)
        {
            return try kind.plan(event, context)
        }
        throw StoredRowUnreadable()
    }

    private var mailEvents: [MailEvent] {
        AuthEvent.allCases.map { kind in
            MailEvent(source: AuthEvent.source, detailType: kind.rawValue) { [self] event, context in
                try authPlan(kind, try EventHead(event), event.detail, context)
            }
        } + [
            MailEvent(source: TransferPlan.source, detailType: TransferPlan.detailType) { event, _ in
                try TransferPlan.make(try EventHead(event), detail: event.detail)
            },
            MailEvent(source: LedgerPlan.source, detailType: LedgerPlan.failed) { event, _ in
                try LedgerPlan.failed(try EventHead(event), detail: event.detail)
            },
            MailEvent(source: LedgerPlan.source, detailType: LedgerPlan.completed) { event, _ in
                try LedgerPlan.completed(try EventHead(event), detail: event.detail)
            },
        ]
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
