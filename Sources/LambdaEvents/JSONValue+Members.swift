import StrictJSON

extension JSONValue {
    /// The member's text; nil when it is absent or null.
    func text(_ name: String) throws(JSONError) -> String? {
        try optional(name)?.string()
    }

    /// The member's texts; none when it is absent or null.
    func texts(_ name: String) throws(JSONError) -> [String] {
        guard let array = try optional(name) else { return [] }
        var texts: [String] = []
        for element in try array.elements { texts.append(try element.string()) }
        return texts
    }

    /// The member's named values; none when it is absent or null.
    func named(_ name: String) throws(JSONError) -> NamedValues {
        guard let object = try optional(name) else { return NamedValues() }
        return try NamedValues(json: object)
    }
}
