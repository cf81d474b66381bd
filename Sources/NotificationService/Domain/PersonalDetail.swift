import Mail
import StrictJSON

/// The opened seal of an event: addresses, tokens, names.
struct PersonalDetail: Sendable {
    /// Nil where the event has none.
    private let json: JSONValue?

    init(json: JSONValue?) {
        self.json = json
    }

    /// The address under this name; nil where the event leaves it out.
    func address(_ name: String) throws(JSONError) -> EmailAddress? {
        guard let value = try json?.optional(name) else { return nil }
        guard let address = EmailAddress(try value.string(maximumBytes: 1_024)) else { throw value.error(.range) }
        return address
    }

    /// Whether nobody is to be written to: the address is left out or empty.
    ///
    /// Requests about addresses without account cause events like all others, so that nobody can tell them apart.
    func isWithoutAddress(_ name: String) throws(JSONError) -> Bool {
        guard let value = try json?.optional(name) else { return true }
        return try value.string(maximumBytes: 1_024).isEmpty
    }

    /// Whether the event says that nobody is to be written to, instead of leaving out who.
    func isEmptyAddress(_ name: String) throws(JSONError) -> Bool {
        guard let value = try json?.optional(name) else { return false }
        return try value.string(maximumBytes: 1_024).isEmpty
    }

    func requiredAddress(_ name: String) throws(JSONError) -> EmailAddress {
        guard let address = try address(name) else { throw Self.missing(name) }
        return address
    }

    func secret(_ name: String) throws(JSONError) -> LinkSecret {
        guard let value = try json?.optional(name) else { throw Self.missing(name) }
        guard let secret = LinkSecret(try value.string(maximumBytes: LinkSecret.maximumBytes)) else {
            throw value.error(.range)
        }
        return secret
    }

    /// A user's id, where the event does not show whom it is about.
    func identifier(_ name: String) throws(JSONError) -> String {
        guard let value = try json?.optional(name) else { throw Self.missing(name) }
        let identifier = try value.string(maximumBytes: 128)
        guard !identifier.isEmpty else { throw value.error(.range) }
        return identifier
    }

    /// A person's own words; nil where there are none, or none that can be shown.
    func userText(_ name: String) throws(JSONError) -> UserText? {
        guard let value = try json?.optional(name) else { return nil }
        return UserText(try value.string(maximumBytes: 4_096))
    }

    private static func missing(_ name: String) -> JSONError {
        JSONError(code: .missingMember, pointer: "/sealed/" + name, offset: 0)
    }
}
