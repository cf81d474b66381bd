import StrictJSON
import Testing

/// Sign-up, the proof of addresses, and forgotten passwords.
extension OpenAPIReplay {
    func playSignUp() throws {
        let path = "/auth/signup"
        func body(_ members: String) -> String {
            #"{"email":"ada@example.com","password":"correct horse battery"\#(members)}"#
        }
        let web = try expect(202, "", StageRequest("POST", path, body(#","display_name":"Ada","locale":"en""#)))
        try expect(202, "", .post(self, path, #"{"email":"eve@example.com","password":"correct horse battery"}"#))
        try expect(422, "invalid_email", .post(self, path, #"{"email":"ada","password":"correct horse battery"}"#))
        let name = String(repeating: "a", count: 65)
        try expect(422, "invalid_name", .post(self, path, body(#","display_name":"\#(name)""#)))
        try expect(422, "invalid_locale", .post(self, path, body(#","locale":"!""#)))
        try expect(422, "weak_password", .post(self, path, #"{"email":"ada@example.com","password":"short"}"#))
        try expect(400, "invalid_idempotency_key", .post(self, path, body(""), fields: ["idempotency-key": "a b"]))
        let key = ["idempotency-key": "key-1"]
        try expect(
            202, "", .post(self, path, #"{"email":"i@example.com","password":"correct horse battery"}"#, fields: key))
        try expect(
            422, "idempotency_key_reused",
            .post(self, path, #"{"email":"j@example.com","password":"correct horse battery"}"#, fields: key))
        try throttle(6) {
            .post(self, path, #"{"email":"often@example.com","password":"correct horse battery"}"#)
        }
        try playVerification(cookie: web.returned("__Host-nw_su"))
    }

    private func playVerification(cookie: String) throws {
        let path = "/auth/verify-email"
        let token = try mailToken("EmailVerificationRequested", of: "ada@example.com")
        let body = #"{"token":"\#(token)"}"#
        var foreign = StageRequest("POST", path, body, cookies: [cookie], address: freshAddress())
        foreign.headers["x-nw-csrf"] = nil
        try expect(403, "csrf_rejected", foreign)
        foreign.path = "/auth/signup/resend"
        foreign.body = Array(#"{"email":"ada@example.com"}"#.utf8)
        try expect(403, "csrf_rejected", foreign)
        try expect(403, "proof_required", StageRequest("POST", path, body, address: freshAddress()))
        try expect(200, "", StageRequest("POST", path, body, cookies: [cookie], address: freshAddress()))
        try expect(400, "token_invalid", StageRequest("POST", path, body, address: freshAddress()))
        let address = freshAddress()
        try throttle(12) {
            StageRequest("POST", path, #"{"token":"\#(OpenAPISamples.unknownToken)"}"#, address: address)
        }
    }

    func playResending() throws {
        let path = "/auth/signup/resend"
        try expect(202, "", .post(self, path, #"{"email":"eve@example.com"}"#))
        try expect(422, "invalid_email", .post(self, path, #"{"email":"eve@"}"#))
        try throttle(3) { .post(self, path, #"{"email":"eve@example.com"}"#) }
    }

    func playForgottenPassword() throws {
        let person = try stage.person("forgets@example.com")
        let (forgot, reset) = ("/auth/password/forgot", "/auth/password/reset")
        try expect(202, "", .post(self, forgot, #"{"email":"\#(person.email)"}"#))
        try expect(422, "invalid_email", .post(self, forgot, #"{"email":"@"}"#))
        let token = try mailToken("PasswordResetRequested", of: person.email)
        func body(_ password: String) -> String { #"{"token":"\#(token)","new_password":"\#(password)"}"# }
        try expect(422, "weak_password", .post(self, reset, body("short")))
        try expect(204, "", .post(self, reset, body("another horse battery")))
        try expect(400, "token_invalid", .post(self, reset, body("another horse battery")))
        try throttle(3) { .post(self, forgot, #"{"email":"\#(person.email)"}"#) }
        let address = freshAddress()
        try throttle(12) {
            var request = StageRequest.post(self, reset, body("another horse battery"))
            request.address = address
            return request
        }
    }

    /// The secret in the newest mail of that kind to that address.
    ///
    /// Each mail about a new address has a secret of its own.
    func mailToken(_ type: String, of address: String) throws -> String {
        let events = try stage.events().filter { $0.type == type }
        let sealed = events.compactMap(\.sealed).last { $0["address"]?.matches(address) == true }
        return try #require(sealed).member("token").string()
    }
}
