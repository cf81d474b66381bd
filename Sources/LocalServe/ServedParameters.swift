/// Parameters of the template that name the stack's own address: what they are where it is served.
package enum ServedParameters {
    /// - Parameter port: of the HTTP API on 127.0.0.1.
    package static func values(port: UInt16) -> [String: String] {
        let origin = "http://127.0.0.1:\(port)"
        return [
            // The reader's pages, to which links in mails lead.
            "SiteUrl": "\(origin)/_local/reader",
            "ApiUrl": origin,
            // It would be SiteUrl otherwise, which has a path here; browsers send an origin without one.
            "AllowedOrigins": "\(origin),http://localhost:\(port)",
        ]
    }
}
