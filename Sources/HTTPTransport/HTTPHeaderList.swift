internal import CCurl

/// The header fields of a request in the forms in which they are sent; built once, used for many requests.
///
/// Owns a `curl_slist`, once libcurl needs it; `curl_slist_free_all` runs once, when the list ends.
@safe
package final class HTTPHeaderList {
    private let fields: [(name: String, value: String)]
    private var list: UnsafeMutablePointer<curl_slist>?

    /// Makes a list of fields; a field whose name or value could end the line early is left out.
    package init(_ fields: [(name: String, value: String)]) {
        self.fields = fields.filter { HTTPHeaderList.isSafe($0.name) && HTTPHeaderList.isSafe($0.value) }
    }

    deinit {
        unsafe curl_slist_free_all(list)
    }

    /// The fields as they stand in a request, each line with its end.
    private(set) lazy var lines: [UInt8] = fields.flatMap { Array("\($0.name): \($0.value)\r\n".utf8) }

    /// The fields as libcurl reads them.
    ///
    /// `Expect` is always taken away: waiting for `100 Continue` costs a second where the peer never sends it.
    var pointer: UnsafeMutablePointer<curl_slist>? {
        if let list = unsafe list { return unsafe list }
        unsafe list = curl_slist_append(nil, "Expect:")
        for field in fields {
            // "Name;" is libcurl's form for a field without a value; "Name:" would take the field away.
            let line = field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)"
            unsafe list = curl_slist_append(list, line) ?? list
        }
        return unsafe list
    }

    /// Whether the text has no control characters: CR and LF would let a value add fields (RFC 9110, section 5.5).
    package static func isSafe(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
    }
}

@available(*, unavailable)
extension HTTPHeaderList: Sendable {}
