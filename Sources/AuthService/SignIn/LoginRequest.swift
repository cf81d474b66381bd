import AuthKeys
import ServiceKit
import StrictJSON

/// The body of `POST /auth/login`.
struct LoginRequest {
    let email: EmailIdentity
    let password: Password
    let origin: RequestOrigin
    let device: DeviceToken?

    /// Throws `Problem` 400 and 422, before anything is hashed or looked up, and `AuthKeyError`.
    init(_ request: APIRequest, roots: RootKeys) throws {
        let body = try request.json(onlyMembers: ["email", "password", "device_name", "device_token"])
        email = try EmailIdentity(json: body.member("email"), at: "/email")
        password = try Password(json: body.member("password"), at: "/password")
        origin = try RequestOrigin(request, deviceName: body.optional("device_name"))
        device = try DeviceToken.shown(by: request, body, roots: roots)
    }
}

extension DeviceToken {
    /// The one in the cookie, or of an application in the body's `device_token`; nil where there is none of ours.
    static func shown(by request: APIRequest, _ body: JSONValue, roots: RootKeys) throws -> DeviceToken? {
        let text =
            request.isNativeClient
            ? try body.optional("device_token")?.string(maximumBytes: 256) : request.cookie(DeviceToken.cookie)
        guard let text else { return nil }
        return try DeviceToken(text.utf8, roots: roots)
    }
}
