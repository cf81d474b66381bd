import StrictJSON
import TestSupport

@testable import AuthService

/// For each operation a request that goes all the way to the database.
struct OpenAPISamples {
    let replay: OpenAPIReplay
    /// What stands for `{id}`.
    let id: String
    /// A refresh token that is good.
    var refreshToken = ""
    /// Looks like a secret from a mail, and like the token of a challenge.
    static let unknownToken = String(repeating: "A", count: 43)

    private static let bodies: [String: String] = [
        "POST /auth/signup": #"{"email":"new@example.com","password":"correct horse battery"}"#,
        "POST /auth/signup/resend": #"{"email":"new@example.com"}"#,
        "POST /auth/verify-email": #"{"token":"TOKEN"}"#,
        "POST /auth/login": #"{"email":"new@example.com","password":"correct horse battery"}"#,
        "POST /auth/login/mfa": #"{"mfa_token":"TOKEN","method":"totp","code":"123456"}"#,
        "POST /auth/token/refresh": #"{"refresh_token":"REFRESH"}"#,
        "POST /auth/logout": #"{"refresh_token":"REFRESH"}"#,
        "PATCH /auth/profile": #"{"display_name":"Ada"}"#,
        "DELETE /auth/profile": #"{"password":"correct horse battery"}"#,
        "POST /auth/password/forgot": #"{"email":"new@example.com"}"#,
        "POST /auth/password/reset": #"{"token":"TOKEN","new_password":"another horse battery"}"#,
        "POST /auth/password/change":
            #"{"current_password":"correct horse battery","new_password":"another horse battery"}"#,
        "POST /auth/email/change": #"{"new_email":"other@example.com"}"#,
        "POST /auth/email/change/confirm": #"{"token":"TOKEN"}"#,
        "POST /auth/email/change/cancel": #"{"token":"TOKEN"}"#,
        "POST /auth/mfa/totp/confirm": #"{"code":"123456"}"#,
        "POST /auth/reauthenticate": #"{"password":"correct horse battery"}"#,
        "PATCH /admin/users/{id}": #"{"role":"creator"}"#,
    ]

    /// - Parameters:
    ///   - token: an access token, for the operations that need one
    ///   - body: another body than the sample
    func request(
        _ operation: OpenAPIDocument.Operation, token: String?, body: String? = nil, id: String? = nil
    ) -> StageRequest {
        let path = operation.path.replacing("{id}", with: id ?? self.id)
        let sample = Self.bodies[operation.name]?.replacing("TOKEN", with: Self.unknownToken)
            .replacing("REFRESH", with: refreshToken)
        return .native(
            replay, operation.method, path, body ?? sample, token: operation.takesToken ? token : nil,
            fields: ["if-match": "*"])
    }
}
