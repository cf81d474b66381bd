import ServiceKit
import StrictJSON

/// What somebody changes of their own profile; nil is left as it is.
struct ProfileChange: Hashable, Sendable {
    let displayName: String?
    let locale: String?
}
