import LambdaEvents

/// What a route takes as its request's body.
package enum RequestBody: Sendable {
    /// `application/json`.
    case json
    /// What an HTML form sends: `application/x-www-form-urlencoded` or `multipart/form-data`.
    case form

    func allows(_ contentType: String?) -> Bool {
        switch self {
        case .json: MediaType.isJSON(contentType)
        case .form: MediaType.isForm(contentType)
        }
    }

    /// What the answer to another type says (`accept` as a response field: RFC 9110, section 12.5.1).
    var refusal: Problem {
        switch self {
        case .json: .unsupportedMediaType
        case .form:
            Problem(
                status: 415, code: "unsupported_media_type", detail: "The body must be a form's.",
                headers: ["accept": "application/x-www-form-urlencoded, multipart/form-data"])
        }
    }
}

/// The media types that bodies may have.
enum MediaType {
    /// Whether the field's value is one of the types of HTML forms, whatever its parameters are.
    static func isForm(_ value: String?) -> Bool {
        guard let type = value?.split(separator: ";").first.map(trimmed) else { return false }
        return type.equalsIgnoringASCIICase("application/x-www-form-urlencoded")
            || type.equalsIgnoringASCIICase("multipart/form-data")
    }

    /// Whether the field's value is `application/json`, alone or with the character set UTF-8.
    static func isJSON(_ value: String?) -> Bool {
        guard let value else { return false }
        // What nearly every client sends.
        if value == plain { return true }
        let parts = value.split(separator: ";", omittingEmptySubsequences: false).map(trimmed)
        guard let type = parts.first, type.equalsIgnoringASCIICase("application/json") else { return false }
        return parts.dropFirst().allSatisfy { part in
            part.isEmpty || part.equalsIgnoringASCIICase("charset=utf-8")
                || part.equalsIgnoringASCIICase(#"charset="utf-8""#)
        }
    }

    private static let plain = "application/json"

    private static func trimmed(_ text: Substring) -> String {
        let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 }
        var bytes = Substring(text).utf8.drop(while: isBlank)
        while let last = bytes.last, isBlank(last) { bytes.removeLast() }
        return String(Substring(bytes))
    }
}

/// What may have been done to a body on its way.
enum ContentCoding {
    /// Whether the field `Content-Encoding` is absent or says that nothing was done.
    static func isNone(_ value: String?) -> Bool {
        guard let value else { return true }
        return value.isEmpty || value.equalsIgnoringASCIICase("identity")
    }
}
