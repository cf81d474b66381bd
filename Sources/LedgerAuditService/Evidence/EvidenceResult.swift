internal import Codecs
package import LedgerEvidence
package import StrictJSON

/// What came of a night's evidence.
package struct EvidenceResult: Hashable, Sendable {
    /// The root of the run; nil where it was refused.
    package var root: RootRecord?
    /// Why there is no root: what it would state does not balance.
    package var refusal: String?
    /// How many anchors were written now.
    package var anchored: Int64 = 0
    /// How many roots still have no anchor.
    package var unanchored: Int64 = 0
    /// Why the oldest of them has none; nil where none waits or nobody tried.
    package var failure: String?

    package init() {}

    /// Writes the members of the report's `evidence`.
    package func write(_ json: inout JSONObjectWriter) {
        if let root {
            json.member("root", "\(root.root)")
            json.member("rootHash", Hex.encode(root.rootHash))
            json.member("recordHash", Hex.encode(root.hash))
            json.member("leafCount", "\(root.leafCount)")
            json.member("total", "\(root.total)")
        }
        json.optional("refusal", refusal)
        json.member("anchored", anchored)
        json.member("unanchored", unanchored)
        json.optional("failure", failure)
    }
}
