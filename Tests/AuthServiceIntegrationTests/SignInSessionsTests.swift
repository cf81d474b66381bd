import Codecs
import PostgresClient
import StrictJSON
import TestSupport
import Testing

@testable import AuthService

@Suite("The list of sessions")
struct SignInSessionsTests {
    @Test(
        "Somebody sees and ends their own sessions and no others, twenty live at once, and all end after a fresh sign-in"
    )
    func sessions() throws {
        try withDatabase { database in
            let stage = try AuthStage(database)
            let ada = try stage.person("ada@example.com")
            let eve = try stage.person("eve@example.com")
            let foreign = try stage.login(eve).text("session.id")
            let first = try stage.login(ada)
            var last = first
            for number in 0..<20 {
                stage.clock.advance(seconds: 30)
                last = try stage.login(ada, address: "10.0.0.\(number)")
            }
            #expect(
                try stage.refresh(first.cookie("__Host-nw_rt") ?? "").code == "session_expired", "the oldest made room")
            let token = try last.text("access_token")
            var ids: [String] = []
            var cursor = ""
            repeat {
                var request = StageRequest("GET", "/auth/sessions", token: token)
                request.query = "limit=6" + cursor
                let page = try stage.call(request)
                #expect(page.status == 200)
                ids += try page.json().member("items").elements.map { try $0.member("id").string() }
                cursor = (try? page.text("next_cursor")).map { "&cursor=" + $0 } ?? ""
            } while !cursor.isEmpty
            #expect(ids.count == 20 && Set(ids).count == 20 && !ids.contains(foreign))
            #expect(try ids.first == last.text("session.id"))
            func end(_ id: String) throws -> Int {
                try stage.call(StageRequest("DELETE", "/auth/sessions/\(id)", token: token)).status
            }
            #expect(try end(foreign) == 404)
            #expect(try end("not-an-id") == 404)
            #expect(try end(ids[3]) == 204)
            #expect(try end(ids[3]) == 404)
            stage.clock.advance(seconds: 302)
            let all = StageRequest("DELETE", "/auth/sessions", token: token)
            #expect(try stage.call(all).code == "step_up_required")
            let fresh = try stage.login(ada, address: "10.1.0.1").text("access_token")
            #expect(try stage.call(StageRequest("DELETE", "/auth/sessions", token: fresh)).status == 204)
            #expect(try stage.call(StageRequest("GET", "/auth/sessions", token: fresh)).status == 401)
        }
    }
}
