import Codecs
import Cryptography
import StrictJSON
import Testing

/// One's own account, its password and its second factor.
extension OpenAPIReplay {
    func playProfile() throws {
        let token = try signIn(stage.person("has-profile@example.com")).accessToken
        func patch(_ body: String, _ fields: [String: String]) -> StageRequest {
            .native(self, "PATCH", "/auth/profile", body, token: token, fields: fields)
        }
        let tag = try #require(
            try expect(200, "", .native(self, "GET", "/auth/profile", token: token)).headers["etag"])
        try expect(200, "", patch(#"{"display_name":"Eve"}"#, ["if-match": tag]))
        try expect(412, "precondition_failed", patch(#"{"display_name":"Eve"}"#, ["if-match": tag]))
        try expect(428, "precondition_required", patch(#"{"display_name":"Eve"}"#, [:]))
        try expect(422, "invalid_name", patch(#"{"display_name":"<b>"}"#, ["if-match": "*"]))
        try expect(422, "invalid_locale", patch(#"{"locale":"!"}"#, ["if-match": "*"]))
        try expect(200, "", .native(self, "GET", "/auth/profile/export", token: token))
    }

    func playDeletion() throws {
        let someone = try signIn(stage.person("goes@example.com"))
        func request(_ password: String) -> StageRequest {
            .native(self, "DELETE", "/auth/profile", #"{"password":"\#(password)"}"#, token: someone.accessToken)
        }
        try expect(403, "invalid_credentials", request("a wrong horse battery"))
        try expect(202, "", request(someone.person.password))
        let other = try signIn(stage.person("stays@example.com"))
        try throttle(10) {
            .native(
                self, "DELETE", "/auth/profile", #"{"password":"a wrong horse battery"}"#, token: other.accessToken)
        }
    }

    func playReauthentication() throws {
        let path = "/auth/reauthenticate"
        let someone = try signIn(stage.person("again@example.com"))
        func request(_ body: String) -> StageRequest { .post(self, path, body, token: someone.accessToken) }
        try expect(200, "", request(#"{"password":"\#(someone.person.password)"}"#))
        try expect(401, "mfa_failed", request(#"{"code":"000000"}"#))
        try expect(401, "invalid_credentials", request(#"{"password":"a wrong horse battery"}"#))
        try throttle(10) { request(#"{"password":"a wrong horse battery"}"#) }
    }

    func playPasswordChange() throws {
        let path = "/auth/password/change"
        let someone = try signIn(stage.person("changes@example.com"))
        func request(_ current: String, _ new: String) -> StageRequest {
            .post(
                self, path, #"{"current_password":"\#(current)","new_password":"\#(new)"}"#, token: someone.accessToken)
        }
        try expect(403, "invalid_credentials", request("a wrong horse battery", "another horse battery"))
        try expect(422, "weak_password", request(someone.person.password, "short"))
        try expect(200, "", request(someone.person.password, "another horse battery"))
        let other = try signIn(stage.person("guesses@example.com"))
        try throttle(10) {
            .post(
                self, path, #"{"current_password":"a wrong horse battery","new_password":"another horse battery"}"#,
                token: other.accessToken)
        }
    }

    func playAuthenticator() throws {
        let path = "/auth/mfa/totp"
        let token = try signIn(stage.person("adds-factor@example.com")).accessToken
        func request(_ method: String, _ path: String, _ body: String? = nil) -> StageRequest {
            .native(self, method, path, body, token: token)
        }
        try expect(404, "not_found", request("POST", path + "/confirm", #"{"code":"123456"}"#))
        try expect(404, "not_found", request("DELETE", path))
        try expect(404, "not_found", request("POST", "/auth/mfa/recovery-codes"))
        try expect(200, "", request("GET", path))
        let secret = try expect(201, "", request("POST", path)).text("secret")
        let seed = SecretBytes(try #require(Base32.decode(Array(secret.utf8))))
        try expect(422, "invalid_code", request("POST", path + "/confirm", #"{"code":"12345"}"#))
        try expect(200, "", request("POST", path + "/confirm", #"{"code":"\#(stage.code(seed))"}"#))
        try expect(409, "conflict", request("POST", path + "/confirm", #"{"code":"\#(stage.code(seed))"}"#))
        try expect(409, "conflict", request("POST", path))
        try expect(200, "", request("POST", "/auth/mfa/recovery-codes"))
        try expect(204, "", request("DELETE", path))
    }
}
