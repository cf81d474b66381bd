internal import LocalPlatform

/// Parameters of the template that name the stack's own address: what they are where it is served.
package enum ServedParameters {
    /// - Parameter port: of the HTTP API on 127.0.0.1.
    package static func values(port: UInt16) -> [String: String] {
        let origin = "http://127.0.0.1:\(port)"
        return [
            // The reader's pages, to which links in mails lead.
            "SiteUrl": "\(origin)/_local/reader",
            "ApiUrl": origin,
        ]
    }

    /// Those of the values whose parameters a template has.
    package static func declared(_ values: [String: String], in template: [UInt8]) -> [String: String] {
        guard !values.isEmpty, let tree = try? JSONTree(parsing: template) else { return [:] }
        let names = Set((tree["Parameters"]?.members ?? []).map(\.name))
        return values.filter { names.contains($0.key) }
    }
}
