package import StrictJSON

extension JSONTree {
    /// Reads a JSON text strictly (RFC 8259, no repeated member names).
    package init(parsing bytes: [UInt8]) throws(JSONError) {
        self = try Self.tree(of: try JSONDocument(parsing: bytes).root)
    }

    private static func tree(of value: JSONValue) throws(JSONError) -> JSONTree {
        switch value.kind {
        case .null: return .null
        case .bool: return .bool(try value.bool())
        case .number: return .number(String(decoding: value.rawBytes, as: UTF8.self))
        case .string: return .string(try value.string(maximumBytes: .max, allowsNUL: true))
        case .array:
            var elements: [JSONTree] = []
            for element in try value.elements { elements.append(try tree(of: element)) }
            return .array(elements)
        case .object:
            var members: [Member] = []
            for member in try value.members {
                members.append(Member(name: member.name, value: try tree(of: member.value)))
            }
            return .object(members)
        }
    }
}

extension JSONTree: JSONWritable {
    package func writeJSON(to output: inout [UInt8]) {
        switch self {
        case .null: output.append(contentsOf: "null".utf8)
        case .bool(let value): value.writeJSON(to: &output)
        case .number(let text): output.append(contentsOf: text.utf8)
        case .string(let text): text.writeJSON(to: &output)
        case .array(let elements): elements.writeJSON(to: &output)
        case .object(let members):
            let object = JSONWriter.object { writer in
                for member in members { writer.member(member.name, member.value) }
            }
            output.append(contentsOf: object.bytes)
        }
    }
}
