internal import Codecs

/// Where a service's requests go.
struct Endpoint: Equatable {
    /// `https`, or `http` where a variable says so.
    let scheme: String
    /// Host and, where it is not the scheme's own, port: the `Host` header that is signed.
    let authority: String
    /// The path before each request's own; empty or beginning with a slash, never ending with one.
    let basePath: String

    /// `AWS_ENDPOINT_URL_<SERVICE>` before `AWS_ENDPOINT_URL` before the region's host, as the SDKs resolve it;
    /// `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true` leaves the variables out.
    ///
    /// A bucket is a part of the region's host, and of the path everywhere else: no certificate covers a name with dots
    /// in front, and nobody knows names below a configured host.
    static func resolve(
        _ service: AWSService, bucket: Bucket? = nil, region: String, _ environment: (String) -> String?
    ) throws(AWSError) -> Endpoint {
        let regional = regional("\(service.hostPrefix).\(region).\(Region.domain(of: region))", bucket)
        guard environment("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")?.lowercased() != "true" else { return regional }
        for name in ["AWS_ENDPOINT_URL_\(service.variableSuffix)", "AWS_ENDPOINT_URL"] {
            guard let text = environment(name), !text.isEmpty else { continue }
            guard let endpoint = Endpoint(url: text) else {
                throw AWSError(.configuration, detail: "\(name) is no http or https URL")
            }
            return endpoint.appending(bucket)
        }
        return regional
    }

    private static func regional(_ host: String, _ bucket: Bucket?) -> Endpoint {
        let isInHost = bucket?.isLabel == true
        let prefix = isInHost ? "\(bucket?.name ?? "")." : ""
        return Endpoint(scheme: "https", authority: prefix + host, basePath: "").appending(isInHost ? nil : bucket)
    }

    private func appending(_ bucket: Bucket?) -> Endpoint {
        guard let bucket else { return self }
        return Endpoint(scheme: scheme, authority: authority, basePath: "\(basePath)/\(bucket.name)")
    }

    /// Scheme, host, port and path of an absolute URL; nil where there is anything else (user, query, fragment).
    init?(url: String) {
        guard let parts = URLParts(url), parts.rest.utf8.allSatisfy({ $0 != 0x3F && $0 != 0x23 }) else { return nil }
        var path = parts.rest
        while path.hasSuffix("/") { path.removeLast() }
        let authority = parts.host.authority(defaultPort: parts.scheme == "https" ? 443 : 80)
        self.init(scheme: parts.scheme, authority: authority, basePath: path)
    }

    init(scheme: String, authority: String, basePath: String) {
        self.scheme = scheme
        self.authority = authority
        self.basePath = basePath
    }
}
