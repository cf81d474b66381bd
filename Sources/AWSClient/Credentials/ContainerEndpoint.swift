internal import HTTPTransport
internal import Platform

/// Where a container asks for its role's credentials, as the variables of the SDKs say.
struct ContainerEndpoint: Equatable {
    let url: String
    /// Goes along as `Authorization`.
    let token: String?

    /// nil where the environment names none.
    ///
    /// `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` counts before `…_FULL_URI`, the token's file before the token. Throws
    /// `.configuration`, naming the variable.
    static func read(
        _ environment: (String) -> String?, readFile: (String) -> String? = { TokenFile.read($0) }
    ) throws(AWSError) -> ContainerEndpoint? {
        if let path = environment(relative), !path.isEmpty {
            guard path.hasPrefix("/"), HTTPHeaderList.isSafe(path) else { throw wrong(relative, "is no path") }
            return ContainerEndpoint(url: "http://169.254.170.2\(path)", token: try token(environment, readFile))
        }
        guard let url = environment(full), !url.isEmpty else { return nil }
        guard isAllowed(url) else {
            throw wrong(full, "must be https, or http on loopback or at a container's credentials address")
        }
        return ContainerEndpoint(url: url, token: try token(environment, readFile))
    }

    private static let relative = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
    private static let full = "AWS_CONTAINER_CREDENTIALS_FULL_URI"

    /// The hosts that the SDKs allow: any with https; in the clear only loopback addresses, `localhost`, ECS and EKS.
    static func isAllowed(_ url: String) -> Bool {
        guard let parts = URLParts(url) else { return false }
        if parts.scheme == "https" { return true }
        let known = ["localhost", "169.254.170.2", "169.254.170.23", "fd00:ec2::23"]
        return parts.host.isLoopbackAddress || known.contains(parts.host.host)
    }

    private static func token(
        _ environment: (String) -> String?, _ readFile: (String) -> String?
    ) throws(AWSError) -> String? {
        let inFile = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"
        let plain = "AWS_CONTAINER_AUTHORIZATION_TOKEN"
        var (found, name): (String?, String) = (environment(plain), plain)
        if let path = environment(inFile), !path.isEmpty {
            guard let text = readFile(path) else { throw wrong(inFile, "cannot be read") }
            (found, name) = (text, inFile)
        }
        guard let found, !found.isEmpty else { return nil }
        guard HTTPHeaderList.isSafe(found) else { throw wrong(name, "is not fit for a header field") }
        return found
    }

    private static func wrong(_ name: String, _ reason: String) -> AWSError {
        AWSError(.configuration, detail: "\(name) \(reason)")
    }
}
