import Codecs

/// How a statement is written.
enum StatementFormat: Sendable {
    case json, csv

    /// The first of the field's types that we have; JSON where it names none of ours, because a reader that cannot use
    /// it is told more by it than by a refusal (RFC 9110, section 12.4.1).
    init(accept: String?) {
        for item in (accept ?? "").utf8.split(separator: 0x2C) {
            let type = item.split(separator: 0x3B).first ?? item
            let name = ASCII.lowercased(String(decoding: type.filter { $0 != 0x20 && $0 != 0x09 }, as: UTF8.self))
            if name.utf8.elementsEqual("text/csv".utf8) {
                self = .csv
                return
            }
            if ["application/json", "application/*", "*/*"].contains(where: { $0.utf8.elementsEqual(name.utf8) }) {
                break
            }
        }
        self = .json
    }
}
