/// What each route asks of whoever calls it, with a request that is otherwise in order.
///
/// `$id` in a path is the id of another person (or of their session), `$mail` an address that nobody else uses.
struct MatrixRoute {
    enum Access {
        /// The same answer whoever calls.
        case everybody
        /// A living session of an active account.
        case signedIn
        /// The same, and an authentication with the second factor where there is one.
        case strong
        /// An active administrator with a session of two factors.
        case administrator
    }

    let method: String
    let pattern: String
    let access: Access
    let body: String?
    /// What the answer is for who may call, when it names what belongs to somebody else; nil where it names nothing.
    let ofOthers: Int64?

    var name: String { method + " " + pattern }

    init(_ name: String, _ access: Access, _ body: String? = nil, ofOthers: Int64? = nil) {
        let parts = name.split(separator: " ")
        method = String(parts[0])
        pattern = String(parts[1])
        self.access = access
        self.body = body
        self.ofOthers = ofOthers
    }

    private static let password = AccountPerson.password

    static let all = [
        MatrixRoute("GET /health", .everybody),
        MatrixRoute("GET /health/ready", .everybody),
        MatrixRoute("GET /.well-known/openid-configuration", .everybody),
        MatrixRoute("GET /.well-known/jwks.json", .everybody),
        MatrixRoute("POST /auth/signup", .everybody, #"{"email":"$mail","password":"purple otter glides past noon"}"#),
        MatrixRoute("POST /auth/signup/resend", .everybody, #"{"email":"$mail"}"#),
        MatrixRoute("POST /auth/verify-email", .everybody, #"{"token":"x"}"#),
        MatrixRoute("POST /auth/login", .everybody, #"{"email":"$mail","password":"\#(password)"}"#),
        MatrixRoute("POST /auth/login/mfa", .everybody, #"{"mfa_token":"x","method":"totp","code":"000000"}"#),
        MatrixRoute("POST /auth/token/refresh", .everybody, #"{"refresh_token":"x"}"#),
        MatrixRoute("POST /auth/logout", .everybody, "{}"),
        MatrixRoute("POST /auth/password/forgot", .everybody, #"{"email":"$mail"}"#),
        MatrixRoute(
            "POST /auth/password/reset", .everybody, #"{"token":"x","new_password":"purple otter glides past noon"}"#),
        MatrixRoute("POST /auth/email/change/cancel", .everybody, #"{"token":"x"}"#),
        MatrixRoute("POST /auth/email/change/confirm", .everybody, #"{"token":"x"}"#),
        MatrixRoute(
            "POST /auth/password/change", .strong,
            #"{"current_password":"\#(password)","new_password":"purple otter glides past noon"}"#),
        MatrixRoute("POST /auth/email/change", .strong, #"{"new_email":"$mail"}"#),
        MatrixRoute("GET /auth/sessions", .signedIn),
        MatrixRoute("DELETE /auth/sessions", .signedIn),
        MatrixRoute("DELETE /auth/sessions/{id}", .signedIn, ofOthers: 404),
        MatrixRoute("GET /auth/profile", .signedIn),
        MatrixRoute("PATCH /auth/profile", .signedIn, #"{"locale":"en"}"#),
        MatrixRoute("DELETE /auth/profile", .strong, #"{"password":"\#(password)"}"#),
        MatrixRoute("GET /auth/profile/export", .strong),
        MatrixRoute("POST /auth/reauthenticate", .signedIn, #"{"password":"\#(password)"}"#),
        MatrixRoute("GET /auth/mfa/totp", .strong),
        MatrixRoute("POST /auth/mfa/totp", .signedIn),
        MatrixRoute("POST /auth/mfa/totp/confirm", .signedIn, #"{"code":"000000"}"#),
        MatrixRoute("DELETE /auth/mfa/totp", .strong),
        MatrixRoute("POST /auth/mfa/recovery-codes", .strong),
        MatrixRoute("GET /admin/users", .administrator),
        MatrixRoute("GET /admin/users/{id}", .administrator),
        MatrixRoute("PATCH /admin/users/{id}", .administrator, #"{"role":"creator"}"#),
        MatrixRoute("POST /admin/users/{id}/revoke-sessions", .administrator),
        MatrixRoute("POST /admin/users/{id}/force-reset", .administrator),
        MatrixRoute("DELETE /admin/users/{id}/mfa", .administrator),
        MatrixRoute("GET /admin/audit", .administrator),
    ]
}
