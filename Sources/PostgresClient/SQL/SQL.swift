/// A statement and its parameters.
///
/// Interpolation binds: in `"select … where id = \(id)"` the value becomes `$1` and travels apart from the text, so it
/// can never be read as SQL. Text goes in by `\(raw:)` only, JSON by `\(json:)`.
/// A parameter has the type of its Swift value (`Int64` is `bigint`, `Int16` is `smallint`), NULL included.
package struct SQL: Sendable, Hashable {
    /// The statement with `$1`, `$2`, … in place of the values.
    package private(set) var text: String
    /// The declared type of each parameter.
    private(set) var types: [PostgresType] = []
    /// The length of each parameter in `payload`; -1 is NULL.
    private(set) var lengths: [Int32] = []
    /// The binary forms of all parameters, one after the other: one allocation instead of one for each.
    private(set) var payload: [UInt8] = []
    /// Why this statement cannot be sent; found while building, reported when it is used.
    private(set) var defect: String?

    /// A statement without parameters.
    ///
    /// The text must come from the program, never from outside.
    package init(raw text: String) {
        self.text = text
    }

    mutating func bind(_ value: some Bindable, as type: PostgresType) {
        let start = payload.count
        do {
            try value.encode(into: &payload)
            declare(type, length: Int32(exactly: payload.count - start))
        } catch {
            declare(type, length: nil, because: error)
        }
    }

    mutating func bindNull(as type: PostgresType) {
        declare(type, length: -1)
    }

    mutating func bindJSON(_ bytes: [UInt8]) {
        // jsonb's binary form is a version byte, 1, and the text (jsonb_recv).
        payload.append(1)
        payload.append(contentsOf: bytes)
        declare(.jsonb, length: Int32(exactly: bytes.count + 1), because: bytes.contains(0) ? .zeroByte : nil)
    }

    mutating func append(_ more: String) {
        text += more
    }

    private mutating func declare(_ type: PostgresType, length: Int32?, because reason: BindingDefect? = nil) {
        types.append(type)
        lengths.append(length ?? -1)
        text += "$\(types.count)"
        if let reason {
            defect = "parameter $\(types.count): \(reason)"
        } else if length == nil {
            defect = "parameter $\(types.count): \(BindingDefect.tooLarge)"
        }
    }
}

extension SQL: ExpressibleByStringInterpolation {
    package init(stringLiteral value: String) {
        self.init(raw: value)
    }

    package init(stringInterpolation: StringInterpolation) {
        self = stringInterpolation.sql
    }

    /// Collects the pieces of a literal.
    package struct StringInterpolation: StringInterpolationProtocol {
        var sql: SQL

        package init(literalCapacity: Int, interpolationCount: Int) {
            var text = ""
            text.reserveCapacity(literalCapacity + interpolationCount * 3)
            sql = SQL(raw: text)
        }

        package mutating func appendLiteral(_ literal: String) {
            sql.append(literal)
        }

        /// Binds a value.
        package mutating func appendInterpolation<Value: Bindable>(_ value: Value) {
            sql.bind(value, as: Value.postgresType)
        }

        /// Binds a value, or NULL of the value's type.
        package mutating func appendInterpolation<Value: Bindable>(_ value: Value?) {
            guard let value else { return sql.bindNull(as: Value.postgresType) }
            sql.bind(value, as: Value.postgresType)
        }

        /// Binds JSON text as `jsonb`.
        package mutating func appendInterpolation(json bytes: [UInt8]) {
            sql.bindJSON(bytes)
        }

        /// Binds JSON text as `jsonb`, or NULL.
        package mutating func appendInterpolation(json bytes: [UInt8]?) {
            guard let bytes else { return sql.bindNull(as: .jsonb) }
            sql.bindJSON(bytes)
        }

        /// Inserts program text as it is.
        ///
        /// Never for anything that comes from outside.
        package mutating func appendInterpolation(raw text: String) {
            sql.append(text)
        }
    }
}
