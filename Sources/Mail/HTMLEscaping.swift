/// Escaping for text and for attribute values in double quotes; both are safe with the same five characters.
enum HTMLEscaping {
    /// Appends the text; control characters, which HTML forbids, are left out.
    static func append(_ text: String, to markup: inout String) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": markup += "&amp;"
            case "<": markup += "&lt;"
            case ">": markup += "&gt;"
            case "\"": markup += "&quot;"
            case "'": markup += "&#39;"
            default: if !TextRules.isControl(scalar) { markup.unicodeScalars.append(scalar) }
            }
        }
    }
}
