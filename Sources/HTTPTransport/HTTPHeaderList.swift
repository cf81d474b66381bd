internal import CCurl

/// The header fields of a request in the form that libcurl reads; built once, used for many requests.
///
/// Owns a `curl_slist`; `curl_slist_free_all` runs once, when the list ends.
@safe
package final class HTTPHeaderList {
    let pointer: UnsafeMutablePointer<curl_slist>?

    /// Makes a list of fields; a field whose name or value could end the line early is left out.
    ///
    /// `Expect` is always taken away: waiting for `100 Continue` costs a second where the peer never sends it.
    package init(_ fields: [(name: String, value: String)]) {
        var list = unsafe curl_slist_append(nil, "Expect:")
        for field in fields where HTTPHeaderList.isSafe(field.name) && HTTPHeaderList.isSafe(field.value) {
            // "Name;" is libcurl's form for a field without a value; "Name:" would take the field away.
            let line = field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)"
            unsafe list = curl_slist_append(list, line) ?? list
        }
        unsafe pointer = list
    }

    deinit {
        unsafe curl_slist_free_all(pointer)
    }

    /// Whether the text has no control characters: CR and LF would let a value add fields (RFC 9110, section 5.5).
    package static func isSafe(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
    }
}

/// libcurl only reads the list, but one thread at a time owns it.
@available(*, unavailable)
extension HTTPHeaderList: Sendable {}
