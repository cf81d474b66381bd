import Codecs
import LambdaEvents
import LambdaRuntime
import ServiceKit
import StrictJSON
import Testing

private struct Reading: EventDetail {
    static let source = "nerdwork.comic"
    static let detailType = "ComicRead"
    let userID: String

    init(json: JSONValue, version: Int64) throws(JSONError) {
        userID = try json.member("userId").string()
    }
}

private struct HandlerFailed: Error {}

private func event(
    source: String = "nerdwork.comic", detailType: String = "ComicRead", detail: String = #"{"userId":"u"}"#
) -> String {
    """
    {"version":"0","id":"11111111-2222-4333-8444-555555555555","detail-type":"\(detailType)","source":"\(source)",
     "account":"1","time":"2026-11-21T06:00:00Z","region":"eu-west-1","resources":[],"detail":\(detail)}
    """
}

@Suite struct DispatchTests {
    private let dispatcher: EventDispatcher

    init() {
        var dispatcher = EventDispatcher()
        dispatcher.on(Reading.self) { reading, _, _ in
            guard reading.userID != "fails" else { throw HandlerFailed() }
            return JSONWriter.object { $0.member("read", reading.userID) }
        }
        dispatcher.on(source: "nerdwork.comic", detailType: "Other") { _, _ in JSONWriter() }
        dispatcher.onSchedule { event, _ in
            JSONWriter.object {
                $0.member("origin", event.origin.rawValue)
                $0.member("detail", event.detail)
            }
        }
        dispatcher.on(shape: { $0["RequestType"] != nil }) { _, _ in JSONWriter.object { $0.member("custom", true) } }
        self.dispatcher = dispatcher
    }

    private func answer(_ text: String) throws -> String {
        String(decoding: try dispatcher.handle(Array(text.utf8), context), as: UTF8.self)
    }

    private func errorType(_ text: String, _ dispatcher: EventDispatcher? = nil) -> String? {
        do {
            _ = try (dispatcher ?? self.dispatcher).handle(Array(text.utf8), context)
            return nil
        } catch {
            return (error as? FunctionError)?.type
        }
    }

    @Test("Each kind of event reaches its handler by its shape")
    func shapes() throws {
        #expect(try answer(event()) == #"{"read":"u"}"#)
        #expect(try answer(event(detailType: "Other")) == "null")
        let schedule = event(source: "aws.events", detailType: "Scheduled Event", detail: "{}")
        #expect(try answer(schedule) == #"{"origin":"aws.events","detail":{}}"#)
        let scheduler = event(source: "aws.scheduler", detailType: "Scheduled Event", detail: #""{}""#)
        #expect(try answer(scheduler) == #"{"origin":"aws.scheduler","detail":{}}"#)
        #expect(try answer(#"{"detail":{"mode":"full"}}"#) == #"{"origin":"manual","detail":{"mode":"full"}}"#)
        #expect(try answer(#"{"RequestType":"Create"}"#) == #"{"custom":true}"#)
        #expect(try dispatcher.answer(to: request("GET", "/health")).status == 200)
    }

    @Test(
        "An event that no handler takes is a function error",
        arguments: [
            "{}", "[]", "null", #""text""#, #"{"version":"1.0","httpMethod":"GET"}"#, #"{"Records":[]}"#,
            event(source: "nerdwork.other"), event(detailType: "comicread"), event(source: "aws.events"),
        ])
    func unknownEvents(_ text: String) {
        #expect(errorType(text) == "Function.UnknownEvent")
    }

    @Test("A schedule is unknown to a function without one")
    func unknownSchedule() {
        let scheduled = event(source: "aws.events", detailType: "Scheduled Event", detail: "{}")
        #expect(errorType(scheduled, EventDispatcher()) == "Function.UnknownEvent")
        #expect(errorType(#"{"detail":{}}"#, EventDispatcher()) == "Function.UnknownEvent")
    }

    @Test(
        "An event that cannot be read is a function error that names the place and not the content",
        arguments: [
            "", "{", #"{"detail":{},"detail":{}}"#, event(detail: #"{"userId":5}"#), event(detail: "[]"),
            event(detail: #"{"userId":"a","version":"one"}"#), #"{"detail":[]}"#,
            #"{"version":"2.0","requestContext":{"http":{}}}"#,
            event(source: "aws.scheduler", detailType: "Scheduled Event", detail: #""secret""#),
        ])
    func malformedEvents(_ text: String) throws {
        #expect(errorType(text) == "Function.MalformedEvent")
        let error = #expect(throws: FunctionError.self) { try answer(text) }
        #expect(error?.message.contains("secret") == false)
    }

    @Test("A version that nobody reads is a function error")
    func unsupportedVersion() {
        #expect(errorType(event(detail: #"{"version":2,"userId":"u"}"#)) == "Function.UnsupportedVersion")
    }

    @Test("What an event's handler throws goes on to the runtime, so that the delivery is tried again")
    func handlerErrors() {
        #expect(throws: HandlerFailed.self) { try answer(event(detail: #"{"userId":"fails"}"#)) }
    }
}
