import LambdaEvents
import LambdaRuntime
import ServiceKit
import StrictJSON

// Reads an HTTP API request, routes it, reads its body and a claim, and answers JSON: what every route pays.
LambdaRuntime.run { _ in
    var dispatcher = EventDispatcher()
    dispatcher.post("/echo/{id}") { request, _ in
        let id = try request.parameter("id")
        let body = try request.json(onlyMembers: ["comicId", "page", "note"])
        let caller = request.event.context.authorizer?.claims["sub"] ?? ""
        let (comic, page, note) = try (
            body.member("comicId").string(), body.member("page").integer(), body.member("note").string()
        )
        return APIResponse.json { answer in
            answer.member("id", id)
            answer.member("caller", caller)
            answer.member("comicId", comic)
            answer.member("page", page)
            answer.member("note", note)
        }
    }
    return dispatcher.handle
}
