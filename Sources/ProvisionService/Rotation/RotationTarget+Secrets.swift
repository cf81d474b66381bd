internal import Codecs
internal import Cryptography
internal import ServiceKit

extension RotationTarget {
    /// The login of a service role.
    ///
    /// Sessions that are open live on. Between `set` and `finish` a new session finds the password at AWSPENDING
    /// (`SecretLogin`).
    static func role(_ secret: RoleSecret) -> RotationTarget {
        RotationTarget(
            name: secret.login.role.rawValue,
            make: { current in
                _ = try secret.password(in: current)
                return try LoginSecret(parsing: current).replacing(password: try randomText())
            },
            set: { try secret.login.establish(try secret.password(in: $0)) },
            test: { try secret.login.check(try secret.password(in: $0)) },
            exclusively: { try secret.login.exclusively($0) })
    }

    /// What CloudFront shows the functions; they take the value before the current one as well, so that nothing has to
    /// happen between the steps, but a deployment between two rotations.
    static func origin(_ secret: OriginSecret) -> RotationTarget {
        RotationTarget(
            name: "origin", mayReplace: secret.demandShown, make: { _ in Array(try randomText().utf8) },
            set: { _ in false },
            test: { value in
                guard OriginGate.isFit(value) else {
                    throw ProvisionError.secret("the one of the front door is no header value")
                }
            }, exclusively: { try $0() })
    }

    /// 240 random bits in 40 characters, none of which needs quoting anywhere.
    private static func randomText() throws(CryptographyError) -> String {
        Base64.encode(try SecureRandom.bytes(count: 30), alphabet: .url)
    }
}
