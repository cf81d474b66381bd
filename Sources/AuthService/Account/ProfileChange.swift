import ServiceKit
import StrictJSON

/// What somebody changes of their own profile; nil is left as it is.
struct ProfileChange: Hashable, Sendable {
    let displayName: String?
    let locale: String?

    /// - Parameter json: an object without other members than these two
    /// - Throws: `Problem` 422 where a member is not allowed, or both are absent.
    init(_ json: JSONValue) throws(Problem) {
        displayName = try json["display_name"].map { value throws(Problem) in try DisplayName(json: value).text }
        locale = try json["locale"].map { value throws(Problem) in try LocaleTag(json: value).text }
        guard displayName != nil || locale != nil else { throw .unprocessable(pointer: "", code: "empty") }
    }
}
