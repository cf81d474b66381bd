import Codecs
import StrictJSON
import TestSupport
import Testing

@testable import AuthService

@Suite("The own account")
struct AccountProfileTests {
    @Test("The profile is the caller's, in one version, whose tag comes with it")
    func profile() throws {
        try withDatabase { database in
            let stage = AccountStage(database)
            let ada = try stage.person()
            let answer = try stage.call("GET", "/auth/profile", token: stage.token(ada))
            #expect(answer.status == 200)
            #expect(try answer.body.member("id").string() == ada.userID.description)
            #expect(try answer.body.member("email").string() == ada.email)
            #expect(try answer.body.member("mfa").bool() == false)
            #expect(try answer.headers.member("etag").string() == "\"1\"")
        }
    }
}
