internal import Codecs

/// Identifiers of requests in the form that HTTP APIs use, such as `JKJaXmPLvHcESHA=`.
package enum RequestID {
    package static func make() -> String {
        let high = UInt64.random(in: .min ... .max)
        let low = UInt64.random(in: .min ... .max)
        let bytes = (0..<11).map { UInt8(truncatingIfNeeded: ($0 < 8 ? high : low) >> (8 * ($0 & 7))) }
        return Base64.encode(bytes, alphabet: .url) + "="
    }
}
