internal import Codecs

extension ConnectionConfiguration {
    /// Reads `postgresql://user:password@host:port/database?sslmode=…` as libpq does (manual, section 34.1.1.2).
    ///
    /// Every part may be percent-encoded; a socket directory is `%2Ftmp` in the host's place or `?host=/tmp`.
    /// Throws `.configuration`; the message never repeats the URL.
    package init(url: String) throws(DatabaseError) {
        let bytes = Array(url.utf8)
        guard let start = Self.schemeLength(of: bytes) else {
            throw .invalid("the URL must begin with postgresql:// or postgres://")
        }
        let (main, query) = Self.cut(bytes[start...], at: UInt8(ascii: "?"))
        let (authority, path) = Self.cut(main, at: UInt8(ascii: "/"))
        let parameters = try Self.parameters(query ?? [])
        let (userInformation, hostList) = Self.cutLast(authority, at: UInt8(ascii: "@"))
        let (user, password) = Self.cut(userInformation ?? [], at: UInt8(ascii: ":"))
        let (hosts, ports) = try Self.hosts(hostList, override: parameters)
        try self.init(
            hosts: hosts, ports: ports,
            database: Self.given(parameters["dbname"], or: path ?? [], "the database name"),
            user: Self.given(parameters["user"], or: user, "the user"),
            password: Self.password(parameters["password"], or: password),
            tlsMode: Self.mode(parameters["sslmode"] ?? "prefer", from: "sslmode"),
            tlsRootCertificate: parameters["sslrootcert"],
            applicationName: parameters["application_name"] ?? "nerdwork", options: parameters["options"])
    }

    private static func schemeLength(of bytes: [UInt8]) -> Int? {
        for scheme in ["postgresql://", "postgres://"] where bytes.starts(with: scheme.utf8) {
            return scheme.utf8.count
        }
        return nil
    }

    private static func cut(_ bytes: ArraySlice<UInt8>, at mark: UInt8) -> (ArraySlice<UInt8>, ArraySlice<UInt8>?) {
        guard let position = bytes.firstIndex(of: mark) else { return (bytes, nil) }
        return (bytes[..<position], bytes[(position + 1)...])
    }

    private static func cutLast(
        _ bytes: ArraySlice<UInt8>, at mark: UInt8
    ) -> (ArraySlice<UInt8>?, ArraySlice<UInt8>) {
        guard let position = bytes.lastIndex(of: mark) else { return (nil, bytes) }
        return (bytes[..<position], bytes[(position + 1)...])
    }

    private static func decoded(_ bytes: ArraySlice<UInt8>, _ part: String) throws(DatabaseError) -> String {
        guard let plain = PercentEncoding.decode(bytes), !plain.contains(0),
            let text = String(validating: plain, as: UTF8.self)
        else { throw .invalid("\(part) in the URL is not valid percent-encoded UTF-8") }
        return text
    }

    private static func given(
        _ parameter: String?, or bytes: ArraySlice<UInt8>, _ part: String
    ) throws(DatabaseError) -> String {
        guard let parameter else { return try decoded(bytes, part) }
        return parameter
    }

    private static func password(
        _ parameter: String?, or bytes: ArraySlice<UInt8>?
    ) throws(DatabaseError) -> String? {
        guard let bytes, parameter == nil else { return parameter }
        return try decoded(bytes, "the password")
    }

    private static func parameters(_ query: ArraySlice<UInt8>) throws(DatabaseError) -> [String: String] {
        let known = [
            "host", "port", "dbname", "user", "password", "sslmode", "sslrootcert", "application_name", "options",
        ]
        var values: [String: String] = [:]
        for pair in query.split(separator: UInt8(ascii: "&")) {
            let (name, value) = cut(pair, at: UInt8(ascii: "="))
            let key = try decoded(name, "a parameter name")
            guard known.contains(key) else { throw .invalid("the URL has an unknown parameter") }
            guard values.updateValue(try decoded(value ?? [], key), forKey: key) == nil else {
                throw .invalid("the URL has the parameter \(key) twice")
            }
        }
        return values
    }

    private static func hosts(
        _ list: ArraySlice<UInt8>, override: [String: String]
    ) throws(DatabaseError) -> ([String], [UInt16]) {
        var hosts: [String] = []
        var ports: [UInt16] = []
        for part in list.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            let (host, port) = try hostAndPort(part)
            hosts.append(host)
            ports.append(port ?? 5432)
        }
        if let port = override["port"] { ports = try Self.ports(port, from: "port") }
        if let host = override["host"] {
            hosts = host.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        return (hosts, Set(ports).count == 1 ? [ports[0]] : ports)
    }

    private static func hostAndPort(_ part: ArraySlice<UInt8>) throws(DatabaseError) -> (String, UInt16?) {
        let host: ArraySlice<UInt8>
        let rest: ArraySlice<UInt8>
        if part.first == UInt8(ascii: "["), let end = part.firstIndex(of: UInt8(ascii: "]")) {
            host = part[(part.startIndex + 1)..<end]
            rest = part[(end + 1)...]
        } else {
            let colon = part.firstIndex(of: UInt8(ascii: ":")) ?? part.endIndex
            host = part[..<colon]
            rest = part[colon...]
        }
        let name = try decoded(host, "the host")
        guard !rest.isEmpty else { return (name, nil) }
        let port = try ports(decoded(rest.dropFirst(), "the port"), from: "the port in the URL")
        guard rest.first == UInt8(ascii: ":"), port.count == 1 else { throw .invalid("the URL's host is malformed") }
        return (name, port[0])
    }
}
