import Codecs
import StrictJSON
import Testing

/// Other addresses, sessions, administration, and what needs no account.
extension OpenAPIReplay {
    func playEmailChange() throws {
        let path = "/auth/email/change"
        let someone = try signIn(stage.person("moves@example.com"))
        let stranger = try signIn(stage.person("stranger@example.com"))
        func request(_ path: String, _ body: String, _ token: String? = nil) -> StageRequest {
            .post(self, path, body, token: token)
        }
        try expect(422, "invalid_email", request(path, #"{"new_email":"moves"}"#, someone.accessToken))
        try expect(202, "", request(path, #"{"new_email":"moved@example.com"}"#, someone.accessToken))
        try throttle(6) { request(path, #"{"new_email":"moved@example.com"}"#, someone.accessToken) }
        let confirmation = #"{"token":"\#(try changeToken("confirmToken", "newAddress", "moved@example.com"))"}"#
        try expect(403, "proof_required", request(path + "/confirm", confirmation))
        try expect(401, "unauthenticated", request(path + "/confirm", confirmation, "a.b.c"))
        try expect(400, "token_invalid", request(path + "/confirm", confirmation, stranger.accessToken))
        try expect(204, "", request(path + "/confirm", confirmation, someone.accessToken))
        for end in ["/confirm", "/cancel"] {
            let address = freshAddress()
            try throttle(12) {
                var request = request(path + end, #"{"token":"\#(OpenAPISamples.unknownToken)"}"#, someone.accessToken)
                request.address = address
                return request
            }
        }
        let other = try signIn(stage.person("remains@example.com"))
        try expect(202, "", request(path, #"{"new_email":"typo@example.com"}"#, other.accessToken))
        let cancellation = #"{"token":"\#(try changeToken("cancelToken", "oldAddress", "remains@example.com"))"}"#
        try expect(204, "", request(path + "/cancel", cancellation))
        try expect(400, "token_invalid", request(path + "/cancel", cancellation))
    }

    /// A secret of the newest change that concerns the address.
    private func changeToken(_ name: String, _ member: String, _ address: String) throws -> String {
        let events = try stage.events().filter { $0.type == "EmailChangeRequested" }
        let sealed = events.compactMap(\.sealed).last { $0[member]?.matches(address) == true }
        return try #require(sealed).member(name).string()
    }

    func playSessions() throws {
        let someone = try signIn(stage.person("has-sessions@example.com"))
        _ = try signIn(someone.person)
        func request(_ method: String, _ path: String) -> StageRequest {
            .native(self, method, path, token: someone.accessToken)
        }
        let list = try expect(200, "", request("GET", "/auth/sessions")).json()
        let sessions = try list.member("items").elements.map { try $0.member("id").string() }
        #expect(sessions.count == 2)
        for session in sessions {
            let isCurrent = try list.member("items").elements.contains {
                try $0.member("id").matches(session) && $0.member("current").bool()
            }
            if !isCurrent { try expect(204, "", request("DELETE", "/auth/sessions/\(session)")) }
        }
        try expect(204, "", request("DELETE", "/auth/sessions"))
    }

    func playAdministration(_ token: String) throws {
        let person = try stage.person("governed@example.com")
        _ = try stage.addFactor(person)
        let path = "/admin/users/\(person.id)"
        func request(_ method: String, _ path: String, _ body: String? = nil) -> StageRequest {
            .native(self, method, path, body, token: token)
        }
        try expect(200, "", request("GET", "/admin/users"))
        try expect(200, "", request("GET", path))
        try expect(204, "", request("DELETE", path + "/mfa"))
        try expect(204, "", request("POST", path + "/force-reset"))
        try expect(204, "", request("POST", path + "/revoke-sessions"))
        try expect(200, "", request("PATCH", path, #"{"status":"suspended"}"#))
        try expect(200, "", request("GET", "/admin/audit"))
    }

    func playOpenRoutes() throws {
        let paths = ["/.well-known/openid-configuration", "/.well-known/jwks.json", "/health", "/health/ready"]
        for path in paths { try expect(200, "", StageRequest("GET", path)) }
    }
}
