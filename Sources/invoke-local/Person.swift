internal import Codecs
internal import LocalPlatform

/// Somebody in a story: a new person each time, on a network of their own, as limits for strangers count by network.
struct Person {
    let name: String
    let email: String
    let password: String
    let address: String

    init(_ name: String) throws(LocalError) {
        self.name = name
        let id = Hex.encode(try LocalRandom.bytes(8))
        email = "\(ASCII.lowercased(name)).\(id.prefix(8))@nerdwork.example"
        password = "local-\(Hex.encode(try LocalRandom.bytes(10)))"
        address = "2001:db8:\(id.prefix(4)):\(id.dropFirst(4).prefix(4))::1"
    }

    var signUpBody: JSONTree {
        Story.object([("email", email), ("password", password), ("display_name", name), ("locale", "en")])
    }
}

/// What somebody has who is signed in.
struct Session {
    let user: String
    let token: String
    let refresh: String
}
