import Codecs
import Cryptography
import StrictJSON
import Testing

/// Somebody with an account and a session.
struct SignedInStagePerson {
    let person: StagePerson
    let accessToken: String
    let refreshToken: String
}

extension OpenAPIReplay {
    /// Signs somebody in with the password, as an application does.
    func signIn(_ person: StagePerson) throws -> SignedInStagePerson {
        let answer = try expect(200, "", login(person))
        return SignedInStagePerson(
            person: person, accessToken: try answer.text("access_token"), refreshToken: try answer.text("refresh_token")
        )
    }

    /// Signs somebody in with password and authenticator.
    func signIn(_ person: StagePerson, seed: SecretBytes) throws -> SignedInStagePerson {
        let challenge = try expect(200, "", login(person)).text("mfa_token")
        let body = #"{"mfa_token":"\#(challenge)","method":"totp","code":"\#(stage.code(seed))"}"#
        let answer = try expect(200, "", .post(self, "/auth/login/mfa", body))
        return SignedInStagePerson(
            person: person, accessToken: try answer.text("access_token"), refreshToken: try answer.text("refresh_token")
        )
    }

    func login(_ person: StagePerson, password: String? = nil) -> StageRequest {
        .post(
            self, "/auth/login", #"{"email":"\#(person.email)","password":"\#(password ?? person.password)"}"#)
    }

    /// An administrator who has shown both factors.
    func administrator(_ email: String) throws -> SignedInStagePerson {
        let person = try stage.person(email, role: "admin")
        return try signIn(person, seed: stage.addFactor(person))
    }
}
