package import Codecs

/// A sample event with its placeholders filled, so that its times are never too old to be accepted.
///
/// - `{{today}}`: the current UTC day, `2026-11-21`; `{{today:digits}}`: `20261121`.
/// - `{{now}}`: the current moment, `2026-11-21T06:15:00.042Z`.
/// - `{{run}}`: the number of the run, four hexadecimal digits: one more reading on the same day.
/// - `"{{today:ms}}"`, `"{{now:ms}}"` and `"{{tomorrow:ms}}"` (a day from now), the quotes included: milliseconds since
///   1970, as a number.
///
/// Everything with `today` is the same the whole day: an event that uses nothing but it and `run` is byte for byte the
/// same event each time the run is the same, which is what a repeated delivery is.
package enum SampleEvent {
    /// Fills the placeholders of an event's text; one that does not exist is an error.
    package static func fill(_ bytes: [UInt8], now: Timestamp, run: UInt16 = 0) throws(LocalError) -> [UInt8] {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw LocalError(.data, "The event is not valid UTF-8.")
        }
        var result = ""
        var rest = Substring(text)
        while let start = rest.firstRange(of: "{{"), let end = rest[start.upperBound...].firstRange(of: "}}") {
            let name = String(rest[start.upperBound..<end.lowerBound])
            var before = rest[..<start.lowerBound]
            rest = rest[end.upperBound...]
            if let number = number(name, now: now) {
                guard Self.unquote(&before, &rest) else {
                    throw LocalError(.data, "The placeholder {{\(name)}} of the event must be a whole string.")
                }
                result += before + number
            } else {
                result += before + (try self.text(name, now: now, run: run))
            }
        }
        return Array((result + rest).utf8)
    }

    /// Takes the quotes around a place away; they may be escaped, where the event is a text in another event.
    private static func unquote(_ before: inout Substring, _ rest: inout Substring) -> Bool {
        guard before.popLast() == "\"" else { return false }
        if before.last == "\\" {
            before.removeLast()
            guard rest.popFirst() == "\\" else { return false }
        }
        return rest.popFirst() == "\""
    }

    private static func number(_ name: String, now: Timestamp) -> String? {
        switch name {
        case "today:ms": String(now.day.start.millisecondsSince1970)
        case "now:ms": String(now.millisecondsSince1970)
        case "tomorrow:ms": String(now.advanced(byMilliseconds: 86_400_000).millisecondsSince1970)
        default: nil
        }
    }

    private static func text(_ name: String, now: Timestamp, run: UInt16) throws(LocalError) -> String {
        switch name {
        case "today": return now.day.description
        case "today:digits": return now.day.description.filter { $0 != "-" }
        case "run": return Hex.encode([UInt8(run >> 8), UInt8(run & 0xFF)])
        case "now": return RFC3339.format(now)
        default:
            throw LocalError(
                .data,
                "The event has the placeholder {{\(name.prefix(32))}}; there are run, today, today:digits, today:ms, now, now:ms, tomorrow:ms."
            )
        }
    }
}
