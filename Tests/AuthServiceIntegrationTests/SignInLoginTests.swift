import Codecs
import PostgresClient
import ServiceKit
import StrictJSON
import TestSupport
import Testing

@testable import AuthService

@Suite("Signing in")
struct SignInLoginTests {
    @Test(
        "The right password opens a session, a browser's tokens travel in cookies, and the owner hears of a new device")
    func web() throws {
        try withDatabase { database in
            let stage = try AuthStage(database)
            let ada = try stage.person("Ada@Example.com")
            let answer = try stage.login(ada)
            #expect(answer.status == 200)
            #expect(try answer.text("status") == "ok")
            #expect(try answer.text("user.id") == ada.id.description)
            #expect(try answer.text("session.acr") == "aal1")
            #expect(try answer.json()["refresh_token"] == nil)
            #expect(answer.cookie("__Host-nw_rt")?.utf8.count == RefreshToken.characterCount)
            for field in answer.setCookies {
                #expect(field.contains("; Secure; HttpOnly; SameSite=Strict") && field.contains("; Path=/;"))
            }
            let events = try stage.events()
            #expect(events.map(\.type) == ["NewDeviceSignedIn"])
            #expect(try events[0].sealed?.member("address").string() == "Ada@example.com")
            // From the same browser it is no new device.
            let again = try stage.login(ada, cookies: [answer.returned("__Host-nw_dc")])
            #expect(again.status == 200)
            #expect(try stage.events().count == 1)
            #expect(again.cookie("__Host-nw_dc") == answer.cookie("__Host-nw_dc"))
        }
    }

    @Test("Signing in costs two round trips, right or wrong, and an application gets its tokens in the body")
    func roundTrips() throws {
        try withDatabase { database in
            let proxy = try FaultProxy(to: database.server)
            defer { proxy.stop() }
            let stage = try AuthStage(database, through: proxy)
            let ada = try stage.person("ada@example.com")
            #expect(try stage.login(ada, native: true).status == 200)
            proxy.arm(nil)
            let answer = try stage.login(ada, native: true)
            #expect(answer.status == 200 && proxy.roundTrips == 2)
            #expect(try answer.text("refresh_token").hasPrefix("nwr_"))
            #expect(try answer.text("device_token").hasPrefix("nwd_"))
            #expect(answer.setCookies.isEmpty)
            proxy.arm(nil)
            #expect(try stage.login(ada, password: "something else").code == "invalid_credentials")
            #expect(proxy.roundTrips == 2)
            proxy.arm(nil)
            let refreshed = try stage.call(
                StageRequest(
                    "POST", "/auth/token/refresh", #"{"refresh_token":"\#(answer.text("refresh_token"))"}"#,
                    native: true))
            #expect(refreshed.status == 200 && proxy.roundTrips == 1)
        }
    }
}
