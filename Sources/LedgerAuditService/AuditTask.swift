internal import StrictJSON

/// What a schedule's detail asks for.
enum AuditTask: Hashable {
    /// `{"mode":"incremental"}`, `{"mode":"full"}`, or nothing: an audit.
    case audit(AuditMode)
    /// `{"task":"continue"}`: this night's audit goes on, or begins if it has not; else nothing.
    case goOn
    /// `{"task":"fold"}`: lazy accounts get the entries that wait for them, holds that are too old end.
    case fold

    /// Throws `JSONError` for anything else.
    init(detail: JSONValue) throws(JSONError) {
        if let task = try detail.optional("task") {
            switch try task.string(maximumBytes: 32) {
            case "continue": self = .goOn
            case "fold": self = .fold
            default: throw task.error(.range)
            }
            return
        }
        guard let mode = try detail.optional("mode") else {
            self = .audit(.incremental)
            return
        }
        guard let known = AuditMode(rawValue: try mode.string(maximumBytes: 32)) else { throw mode.error(.range) }
        self = .audit(known)
    }
}
