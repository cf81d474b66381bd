package import PostgresClient
package import StrictJSON

/// A login in the form of RDS's secrets: `{"username":"…","password":"…"}`, perhaps with more members.
///
/// Source: Secrets Manager user guide, "JSON structure of AWS Secrets Manager secrets".
package struct LoginSecret {
    private let root: JSONValue

    /// Throws where it is no object.
    package init(parsing bytes: [UInt8]) throws(JSONError) {
        root = try JSONDocument(parsing: bytes, limits: JSONLimits(maximumBytes: 65_536)).root
        guard root.kind == .object else { throw root.error(.type) }
    }

    /// The login; with `user` its `username` is not looked at.
    package func login(as user: String? = nil) throws(JSONError) -> SessionLogin {
        let password = try root.member("password").string(maximumBytes: 4_096)
        if let user { return SessionLogin(user: user, password: password) }
        return SessionLogin(user: try root.member("username").string(maximumBytes: 256), password: password)
    }

    /// The same with another password; all other members stay as they are.
    package func replacing(password: String) throws(JSONError) -> [UInt8] {
        let members = try root.members
        return JSONWriter.object { object in
            for (name, value) in members where !name.utf8.elementsEqual("password".utf8) { object.member(name, value) }
            object.member("password", password)
        }.bytes
    }
}
