import StrictJSON
import Testing

/// Signing in, refreshing and signing out.
extension OpenAPIReplay {
    func playLogin() throws {
        let person = try stage.person("signs-in@example.com")
        try expect(200, "", login(person))
        try expect(401, "invalid_credentials", login(person, password: "a wrong horse battery"))
        try expect(
            422, "invalid_email", .post(self, "/auth/login", #"{"email":"ada","password":"correct horse battery"}"#))
        try throttle(10) { login(person, password: "a wrong horse battery") }
    }

    func playSecondFactor() throws {
        let person = try stage.person("two-factors@example.com")
        let seed = try stage.addFactor(person)
        _ = try signIn(person, seed: seed)
        stage.clock.advance(seconds: 60)
        let challenge = try expect(200, "", login(person)).text("mfa_token")
        func body(_ method: String) -> String {
            #"{"mfa_token":"\#(challenge)","method":"\#(method)","code":"000000"}"#
        }
        try expect(401, "mfa_failed", .post(self, "/auth/login/mfa", body("totp")))
        try expect(422, "invalid_member", .post(self, "/auth/login/mfa", body("none")))
        try throttle(40) {
            let challenge = try play(login(person)).text("mfa_token")
            let body = #"{"mfa_token":"\#(challenge)","method":"totp","code":"000000"}"#
            return .post(self, "/auth/login/mfa", body)
        }
    }

    func playRefresh() throws {
        let path = "/auth/token/refresh"
        func body(_ token: String) -> String { #"{"refresh_token":"\#(token)"}"# }
        let first = try signIn(stage.person("refreshes@example.com"))
        let second = try expect(200, "", .post(self, path, body(first.refreshToken))).text("refresh_token")
        try expect(401, "refresh_invalid", .post(self, path, body("nwr_nothing")))
        var foreign = StageRequest("POST", path, "{}", cookies: ["__Host-nw_rt=\(second)"])
        foreign.headers["origin"] = "https://evil.example"
        try expect(403, "csrf_rejected", foreign)
        stage.clock.advance(seconds: 31)
        try expect(200, "", .post(self, path, body(second)))
        try expect(401, "refresh_reused", .post(self, path, body(first.refreshToken)))

        let other = try signIn(first.person)
        try expect(204, "", .post(self, "/auth/logout", body(other.refreshToken)))
        try expect(401, "session_expired", .post(self, path, body(other.refreshToken)))
        var token = try signIn(first.person).refreshToken
        try throttle(80) {
            let answer = try play(.post(self, path, body(token)))
            if answer.status == 200 { token = try answer.text("refresh_token") }
            return .post(self, path, body(token))
        }
    }

    func playLogout() throws {
        let person = try stage.person("signs-out@example.com")
        let web = try stage.login(person, address: freshAddress())
        var foreign = StageRequest("POST", "/auth/logout", "{}", cookies: [web.returned("__Host-nw_rt")])
        foreign.headers["x-nw-csrf"] = nil
        try expect(403, "csrf_rejected", foreign)
        try expect(204, "", StageRequest("POST", "/auth/logout", "{}", cookies: [web.returned("__Host-nw_rt")]))
    }
}
