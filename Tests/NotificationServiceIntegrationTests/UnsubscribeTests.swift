import LambdaRuntime
import MailStandIn
import PostgresClient
import StrictJSON
import TestSupport
import Testing

@testable import NotificationService

@Suite("One-click unsubscribing (RFC 8058)")
struct UnsubscribeTests {
    private func request(
        _ harness: NotificationHarness, _ method: String, _ path: String, body: String? = nil,
        type: String = "application/x-www-form-urlencoded"
    ) throws -> (status: Int64, body: String) {
        let request = JSONWriter.object { request in
            request.member("version", "2.0")
            request.member("rawPath", path)
            request.member("headers") { $0.member("content-type", type) }
            request.member("requestContext") { context in
                context.member("http") { http in
                    http.member("method", method)
                    http.member("path", path)
                }
                context.member("stage", "$default")
            }
            if let body { request.member("body", body) }
        }
        let answer = try harness.deliver(request.bytes)
        return (try answer.member("statusCode").integer(), try answer.optional("body")?.string() ?? "")
    }

    @Test("the link of a mail stops optional mail to its address and nothing else; looking at it changes nothing")
    func link() throws {
        try withNotification { harness in
            try harness.deliver(try TestEvent.signedUp(1))
            let header = try #require(harness.mail.accepted.first?.headers["List-Unsubscribe"])
            let path = String(header.dropFirst("<https://api.nerdwork.example".count).dropLast())
            let click = "List-Unsubscribe=One-Click"

            let page = try request(harness, "GET", path)
            #expect(page.status == 200 && page.body.contains("method=\"post\""))
            #expect(try request(harness, "POST", path, body: "List-Unsubscribe=no").status == 400)
            #expect(try request(harness, "POST", path, body: "{}", type: "application/json").status == 415)
            let forged = String(path.dropLast()) + (path.hasSuffix("_") ? "A" : "_")
            #expect(try request(harness, "POST", forged, body: click).status == 404)
            #expect(try harness.texts("select reason as text from notification.suppressions").isEmpty)

            for _ in 0..<2 {
                let answer = try request(harness, "POST", path, body: click)
                #expect(answer.status == 200 && answer.body.isEmpty)
            }
            #expect(try harness.texts("select reason as text from notification.suppressions") == ["unsubscribed"])
            try harness.deliver(try TestEvent.signedUp(2))
            #expect(harness.mail.accepted.count == 1)
            try harness.deliver(TestEvent.transfer(3, "TIP", [("bob", -5), ("ada", 5)]))
            try harness.deliver(try TestEvent.reset(4))
            #expect(harness.mail.accepted.map(\.template) == ["welcome", "tip-received", "reset"])
        }
    }

    @Test("health needs neither the database nor AWS")
    func health() throws {
        try withNotification { harness in
            harness.mail.stop()
            let name = harness.database.name
            let server = try harness.database.server.administrate()
            _ = try server.query("alter database \(raw: name) allow_connections false")
            #expect(try request(harness, "GET", "/health").status == 200)
            #expect(try request(harness, "GET", "/health/ready").status == 503)
            _ = try server.query("alter database \(raw: name) allow_connections true")
        }
    }
}
