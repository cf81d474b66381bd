import Codecs
import LambdaEvents
import PostgresClient
import ServiceKit
import StrictJSON

/// What administrators ask for, read from requests.
enum AdministrationQuery {
    static let roles = ["reader", "creator", "moderator", "admin"]
    /// The statuses that an administrator can give; `deleting` is the owner's.
    static let givenStatuses = ["active", "suspended"]
    static let statuses = givenStatuses + ["deleting"]

    /// `?status=&role=&email=`; an unknown word is 400.
    static func filter(_ request: APIRequest) throws(Problem) -> AdministrationStore.Filter {
        AdministrationStore.Filter(
            status: try word("status", of: statuses, request), role: try word("role", of: roles, request),
            emailPrefix: try emailPrefix(request))
    }

    /// `?user=&actor=&event=`.
    static func auditFilter(_ request: APIRequest) throws(Problem) -> AuditStore.Filter {
        let event = try request.query("event")
        if let event, event.utf8.count > 64 || !event.utf8.allSatisfy({ 0x61...0x7A ~= $0 || $0 == 0x5F }) {
            throw .invalidParameter("event", "must be lower-case letters and _")
        }
        return AuditStore.Filter(
            user: try identifier("user", request), actor: try identifier("actor", request), event: event)
    }

    /// The member's word, one of `words`; nil where it is absent, 422 where it is another.
    static func word(_ member: String, of words: [String], in body: JSONValue) throws(Problem) -> String? {
        guard let value = body[member] else { return nil }
        guard let word = words.first(where: value.matches) else {
            throw .unprocessable(pointer: "/" + member, code: "unknown")
        }
        return word
    }

    /// The account that the path names; 404 where it cannot be one.
    static func user(_ request: APIRequest) throws(Problem) -> UUID {
        guard let id = UUID(try request.parameter("id")) else { throw .notFound }
        return id
    }

    private static func word(_ name: String, of words: [String], _ request: APIRequest) throws(Problem) -> String? {
        guard let text = try request.query(name) else { return nil }
        guard let word = words.first(where: { $0.utf8.elementsEqual(text.utf8) }) else {
            throw .invalidParameter(name, "must be one of \(words.joined(separator: ", "))")
        }
        return word
    }

    private static func identifier(_ name: String, _ request: APIRequest) throws(Problem) -> UUID? {
        guard let text = try request.query(name) else { return nil }
        guard let id = UUID(text) else { throw .invalidParameter(name, "must be a UUID") }
        return id
    }

    /// In the form that addresses are stored in, as far as a beginning of one has a form.
    private static func emailPrefix(_ request: APIRequest) throws(Problem) -> String? {
        guard let text = try request.query("email") else { return nil }
        guard text.utf8.count <= 254, text.utf8.allSatisfy({ 0x21...0x7E ~= $0 }) else {
            throw .invalidParameter("email", "must be the beginning of an address in ASCII")
        }
        return String(decoding: text.utf8.map { 0x41...0x5A ~= $0 ? $0 + 0x20 : $0 }, as: UTF8.self)
    }
}
