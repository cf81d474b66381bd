internal import Codecs
package import StrictJSON

/// Compares values with the schemas of docs/openapi.json, as far as those go.
///
/// Source: JSON Schema 2020-12, validation vocabulary. A keyword that it does not know is a complaint.
package struct OpenAPISchema {
    private let root: JSONValue

    /// - Parameter root: the document, which references begin at
    package init(root: JSONValue) {
        self.root = root
    }

    /// What is wrong with the value; empty where nothing is.
    ///
    /// Names members, never values.
    package func complaints(_ value: JSONValue, _ schema: JSONValue, at place: String = "") throws -> [String] {
        if schema["$ref"] != nil {
            return try complaints(value, OpenAPIDocument.resolved(schema, root), at: place)
        }
        var found: [String] = []
        for (keyword, rule) in try schema.members {
            found += try complaints(value, schema, keyword, rule, at: place)
        }
        return found
    }

    private func complaints(
        _ value: JSONValue, _ schema: JSONValue, _ keyword: String, _ rule: JSONValue, at place: String
    ) throws -> [String] {
        switch keyword {
        case "description", "example", "examples", "default", "title": return []
        case "allOf": return try rule.elements.flatMap { try complaints(value, $0, at: place) }
        case "oneOf":
            let matching = try rule.elements.filter { try complaints(value, $0, at: place).isEmpty }.count
            return matching == 1 ? [] : ["\(place) matches \(matching) of oneOf"]
        case "properties": return try propertyComplaints(value, rule, at: place)
        case "additionalProperties": return try unknownMembers(value, schema, rule, at: place)
        case "required":
            guard value.kind == .object else { return [] }
            return try rule.elements.map { try $0.string() }.filter { value[$0] == nil }.map {
                "\(place)/\($0) is missing"
            }
        case "items":
            guard value.kind == .array else { return [] }
            return try value.elements.flatMap { try complaints($0, rule, at: "\(place)/*") }
        default:
            return try isKept(value, keyword, rule) ? [] : ["\(place) breaks \(keyword)"]
        }
    }

    private func propertyComplaints(_ value: JSONValue, _ rule: JSONValue, at place: String) throws -> [String] {
        guard value.kind == .object else { return [] }
        return try rule.members.flatMap { name, schema in
            try value[name].map { try complaints($0, schema, at: "\(place)/\(name)") } ?? []
        }
    }

    private func unknownMembers(
        _ value: JSONValue, _ schema: JSONValue, _ rule: JSONValue, at place: String
    ) throws -> [String] {
        guard value.kind == .object, rule.kind == .bool, try !rule.bool() else { return [] }
        let known = try schema["properties"]?.members.map(\.name) ?? []
        return try value.members.map(\.name).filter { !known.contains($0) }.map { "\(place)/\($0) is not documented" }
    }

    private func isKept(_ value: JSONValue, _ keyword: String, _ rule: JSONValue) throws -> Bool {
        switch keyword {
        case "type": return try isOfType(value, rule)
        case "const": return value.rawBytes == rule.rawBytes
        case "enum": return try rule.elements.contains { $0.rawBytes == value.rawBytes }
        case "minimum": return try value.kind != .number || value.double() >= rule.double()
        case "maximum": return try value.kind != .number || value.double() <= rule.double()
        case "maxLength":
            return try value.kind != .string || Int64(value.string().unicodeScalars.count) <= rule.integer()
        case "minItems": return try value.kind != .array || Int64(Array(value.elements).count) >= rule.integer()
        case "maxItems": return try value.kind != .array || Int64(Array(value.elements).count) <= rule.integer()
        case "format": return try value.kind != .string || isOfFormat(value.string(), rule.string())
        case "pattern":
            let expression = try Regex(rule.string())
            return try value.kind != .string || value.string().contains(expression)
        default: return false
        }
    }

    private func isOfType(_ value: JSONValue, _ rule: JSONValue) throws -> Bool {
        if rule.kind == .array { return try rule.elements.contains { try isOfType(value, $0) } }
        switch try rule.string() {
        case "object": return value.kind == .object
        case "array": return value.kind == .array
        case "string": return value.kind == .string
        case "boolean": return value.kind == .bool
        case "null": return value.kind == .null
        case "integer": return (try? value.integer()) != nil
        case "number": return value.kind == .number
        default: return false
        }
    }

    private func isOfFormat(_ text: String, _ format: String) -> Bool {
        switch format {
        case "uuid": UUID(text)?.description == text
        case "date-time": RFC3339.parse(text.utf8) != nil && text.hasSuffix("Z")
        case "date": text.wholeMatch(of: /\d{4}-\d{2}-\d{2}/) != nil
        case "uri": text.wholeMatch(of: /https:\/\/.+/) != nil
        case "password": true
        default: false
        }
    }
}
