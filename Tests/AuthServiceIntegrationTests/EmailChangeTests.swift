import Codecs
import PostgresClient
import StrictJSON
import TestSupport
import Testing

@testable import AuthService

@Suite("Another address, another password")
struct EmailChangeTests {
    private func bearer(_ answer: SignUpAnswer) throws -> [String: String] {
        ["authorization": "Bearer \(try answer.json.member("access_token").string())"]
    }

    private func address(_ stage: SignUpStage, of user: String) throws -> String {
        try stage.database.connect().query("select email_canonical from auth.users where user_id = \(user)::uuid")
            .only().decode("email_canonical")
    }

    @Test("D57: the old address stays until the new one confirms, a stranger's mailbox gets nothing, cancelling works")
    func emailChange() throws {
        try withDatabase { database in
            let stage = try SignUpStage(database)
            let ada = try stage.account("ada@x.example")
            let user = try ada.json.member("user").member("id").string()
            let asked = try stage.post("/auth/email/change", ["new_email": "New@X.example"], headers: bearer(ada))
            #expect(asked.status == 202)
            let mail = try #require(try stage.events("EmailChangeRequested").last)
            #expect(mail.text("newAddress") == "New@x.example")
            #expect(mail.text("oldAddress") == "ada@x.example")
            #expect(try address(stage, of: user) == "ada@x.example")

            // With a slip of the pen the mailbox is somebody else's: the link alone does nothing, and stays good.
            let confirm = ["token": mail.text("confirmToken") ?? ""]
            let stranger = try stage.account("stranger@x.example")
            let bare = try stage.post("/auth/email/change/confirm", confirm)
            #expect(bare.status == 403 && bare.code == "proof_required")
            let foreign = try stage.post("/auth/email/change/confirm", confirm, headers: bearer(stranger))
            #expect(foreign.status == 400 && foreign.code == "token_invalid")
            #expect(try address(stage, of: user) == "ada@x.example")

            let confirmed = try stage.post("/auth/email/change/confirm", confirm, headers: bearer(ada))
            #expect(confirmed.status == 204)
            #expect(try address(stage, of: user) == "new@x.example")
            let changed = try #require(try stage.events("EmailChanged").last)
            #expect(changed.text("oldAddress") == "ada@x.example" && changed.text("newAddress") == "New@x.example")
            let late = try stage.post("/auth/email/change/cancel", ["token": mail.text("cancelToken") ?? ""])
            #expect(late.status == 400 && late.code == "token_invalid")

            // Once more, and the old mailbox stops it.
            try stage.forgetLimits()
            _ = try stage.post("/auth/email/change", ["new_email": "third@x.example"], headers: bearer(ada))
            let second = try #require(try stage.events("EmailChangeRequested").last)
            let cancelled = try stage.post("/auth/email/change/cancel", ["token": second.text("cancelToken") ?? ""])
            #expect(cancelled.status == 204)
            let dead = try stage.post(
                "/auth/email/change/confirm", ["token": second.text("confirmToken") ?? ""], headers: bearer(ada))
            #expect(dead.status == 400 && dead.code == "token_invalid")
            #expect(try address(stage, of: user) == "new@x.example")
        }
    }

    @Test("an address that belongs to another account is answered alike and never confirmed")
    func takenAddress() throws {
        try withDatabase { database in
            let stage = try SignUpStage(database)
            let ada = try stage.account("ada@x.example")
            try stage.account("grace@x.example")
            let free = try stage.post("/auth/email/change", ["new_email": "free@x.example"], headers: bearer(ada))
            let taken = try stage.post("/auth/email/change", ["new_email": "grace@x.example"], headers: bearer(ada))
            #expect(free.shape == taken.shape && free.bytes == taken.bytes)
            let events = try stage.events("EmailChangeRequested")
            #expect(Set(events.map(\.detailLength)).count == 1)
            let token = events.last?.text("confirmToken") ?? ""
            let confirmed = try stage.post("/auth/email/change/confirm", ["token": token], headers: bearer(ada))
            #expect(confirmed.status == 400 && confirmed.code == "token_invalid")
            let own = try stage.post("/auth/email/change", ["new_email": "ADA@x.example"], headers: bearer(ada))
            #expect(own.status == 422 && own.code == "invalid_email")
        }
    }

    @Test("D49: nothing that an attacker prepared survives: no session, no change of address, no second way in")
    func preparedAccounts() throws {
        try withDatabase { database in
            let stage = try SignUpStage(database)
            // Unexpired session: there is none before the mailbox is proven.
            let attack = try stage.signUp("victim@x.example", password: SignUpStage.otherPassword)
            #expect(try stage.count("select count(*) as count from auth.sessions") == 0)
            #expect(attack.cookie("__Host-nw_rt") == nil)
            let login = try stage.post(
                "/auth/login", ["email": "victim@x.example", "password": SignUpStage.otherPassword])
            #expect(login.status == 401)

            // Unexpired change of address: the attacker's own account cannot take the victim's address along.
            let attacker = try stage.account("attacker@x.example", password: SignUpStage.otherPassword)
            let change = try stage.post(
                "/auth/email/change", ["new_email": "victim@x.example"], headers: bearer(attacker))
            #expect(change.status == 202)
            let link = ["token": try stage.events("EmailChangeRequested").last?.text("confirmToken") ?? ""]
            // The victim follows the link, without the attacker's token.
            #expect(try stage.post("/auth/email/change/confirm", link).status == 403)
            let victim = try stage.account("victim@x.example")
            #expect(victim.status == 200)
            #expect(try stage.post("/auth/email/change/confirm", link, headers: bearer(victim)).status == 400)
            let late = try stage.post("/auth/email/change/confirm", link, headers: bearer(attacker))
            #expect(late.status == 400 && late.code == "token_invalid")

            // A thief's pending change and sessions end when the owner sets a new password.
            try stage.forgetLimits()
            _ = try stage.post("/auth/email/change", ["new_email": "thief@x.example"], headers: bearer(victim))
            let theft = ["token": try stage.events("EmailChangeRequested").last?.text("confirmToken") ?? ""]
            _ = try stage.post("/auth/password/forgot", ["email": "victim@x.example"])
            let reset = try stage.events("PasswordResetRequested").last?.text("token") ?? ""
            let done = try stage.post(
                "/auth/password/reset", ["token": reset, "new_password": "meadow lantern 62 quartz"])
            #expect(done.status == 204)
            #expect(try stage.post("/auth/email/change/confirm", theft, headers: bearer(victim)).status != 204)
            // Trojan identifier and unverified providers: an account has one address and no other provider.
            #expect(
                try stage.count("select count(*) as count from auth.users where email_canonical = 'victim@x.example'")
                    == 1)
        }
    }

    @Test("a new password needs the old one, ends other sessions, and gives a new one")
    func passwordChange() throws {
        try withDatabase { database in
            let stage = try SignUpStage(database)
            let ada = try stage.account("ada@x.example")
            let other = try stage.post(
                "/auth/login", ["email": "ada@x.example", "password": SignUpStage.password],
                headers: SignUpStage.native)
            #expect(other.status == 200)
            let wrong = try stage.post(
                "/auth/password/change",
                ["current_password": SignUpStage.otherPassword, "new_password": SignUpStage.otherPassword],
                headers: bearer(ada))
            #expect(wrong.status == 403)
            let weak = try stage.post(
                "/auth/password/change", ["current_password": SignUpStage.password, "new_password": "short"],
                headers: bearer(ada))
            #expect(weak.status == 422 && weak.code == "weak_password")
            let changed = try stage.post(
                "/auth/password/change",
                ["current_password": SignUpStage.password, "new_password": SignUpStage.otherPassword],
                headers: bearer(ada).merging(SignUpStage.native) { $1 })
            #expect(changed.status == 200)
            #expect(try stage.count("select count(*) as count from auth.sessions where revoked_at is null") == 1)
            #expect(
                try stage.post("/auth/email/change", ["new_email": "n@x.example"], headers: bearer(ada)).status == 401)
            #expect(
                try stage.post("/auth/email/change", ["new_email": "n@x.example"], headers: bearer(changed)).status
                    == 202)
            #expect(try stage.events("PasswordChanged").count == 1)
        }
    }

    @Test("changes need a proof of the last five minutes")
    func stepUp() throws {
        try withDatabase { database in
            let stage = try SignUpStage(database)
            let ada = try stage.account("ada@x.example")
            stage.time = stage.time.advanced(byMilliseconds: 5 * 60_000 + 1)
            let email = try stage.post("/auth/email/change", ["new_email": "n@x.example"], headers: bearer(ada))
            let password = try stage.post(
                "/auth/password/change",
                ["current_password": SignUpStage.password, "new_password": SignUpStage.otherPassword],
                headers: bearer(ada))
            for answer in [email, password] { #expect(answer.status == 403 && answer.code == "step_up_required") }
            #expect(try stage.post("/auth/email/change", ["new_email": "n@x.example"]).status == 401)
        }
    }
}
