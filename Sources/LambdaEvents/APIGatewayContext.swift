import StrictJSON

extension APIGatewayRequest {
    /// `requestContext`: what the gateway knows about the request.
    package struct Context: EqualAsWritten, Sendable {
        package let http: HTTP
        package let authorizer: Authorizer?
        /// Milliseconds since 1970.
        package let timeEpoch: Int64
        /// The other members, most of which nobody asks for.
        private let texts: NamedValues

        package init(
            http: HTTP, authorizer: Authorizer? = nil, accountID: String = "", apiID: String = "",
            domainName: String = "", domainPrefix: String = "", requestID: String = "", routeKey: String = "$default",
            stage: String = "$default", time: String = "", timeEpoch: Int64 = 0
        ) {
            self.http = http
            self.authorizer = authorizer
            self.timeEpoch = timeEpoch
            texts = [
                "accountId": accountID, "apiId": apiID, "domainName": domainName, "domainPrefix": domainPrefix,
                "requestId": requestID, "routeKey": routeKey, "stage": stage, "time": time,
            ]
        }

        init(json: JSONValue) throws(JSONError) {
            http = try HTTP(json: json.member("http"))
            authorizer = try Authorizer(context: json)
            texts = try NamedValues(json: json, meaning: Self.names)
            timeEpoch = try json.optional("timeEpoch")?.integer(in: 0...Int64.max) ?? 0
        }

        private static let names = [
            "accountId", "apiId", "domainName", "domainPrefix", "requestId", "routeKey", "stage", "time",
        ]

        package var accountID: String { texts["accountId"] ?? "" }
        package var apiID: String { texts["apiId"] ?? "" }
        package var domainName: String { texts["domainName"] ?? "" }
        package var domainPrefix: String { texts["domainPrefix"] ?? "" }
        package var requestID: String { texts["requestId"] ?? "" }
        package var routeKey: String { texts["routeKey"] ?? "$default" }
        /// `$default` or the stage's name, which then leads the path.
        package var stage: String { texts["stage"] ?? "$default" }
        /// In the form of the Common Log Format, `12/Mar/2020:19:03:58 +0000`.
        package var time: String { texts["time"] ?? "" }
    }

    /// `requestContext.http`.
    package struct HTTP: EqualAsWritten, Sendable {
        package let method: String
        private let texts: NamedValues

        package init(
            method: String, path: String, protocolVersion: String = "HTTP/1.1", sourceIP: String = "",
            userAgent: String = ""
        ) {
            self.method = method
            texts = ["path": path, "protocol": protocolVersion, "sourceIp": sourceIP, "userAgent": userAgent]
        }

        init(json: JSONValue) throws(JSONError) {
            method = try json.member("method").string(maximumBytes: 32)
            texts = try NamedValues(json: json, meaning: Self.names)
        }

        private static let names = ["path", "protocol", "sourceIp", "userAgent"]

        package var path: String { texts["path"] ?? "" }
        package var protocolVersion: String { texts["protocol"] ?? "" }
        package var sourceIP: String { texts["sourceIp"] ?? "" }
        package var userAgent: String { texts["userAgent"] ?? "" }
    }

    /// `requestContext.authorizer.jwt`: what the JWT authorizer found in the token.
    package struct Authorizer: EqualAsWritten, Sendable {
        /// API Gateway hands every claim over as text; an array becomes `[a b]`.
        package let claims: NamedValues
        private let scopeTexts: EventTexts

        package var scopes: [String] { scopeTexts.texts }

        package init(claims: NamedValues, scopes: [String] = []) {
            self.claims = claims
            scopeTexts = .texts(scopes)
        }

        /// Nil when the route has no JWT authorizer.
        init?(context: JSONValue) throws(JSONError) {
            guard let token = try context.optional("authorizer")?.optional("jwt") else { return nil }
            // A claim that is no string, as other gateways send it, keeps its JSON form.
            if let object = try token.optional("claims") {
                claims = try NamedValues(jsonOfAnyKind: object)
            } else {
                claims = NamedValues()
            }
            scopeTexts = try EventTexts(json: token.optional("scopes"))
        }
    }
}

extension APIGatewayRequest.Context: JSONWritable {
    package func writeJSON(to output: inout [UInt8]) {
        JSONWriter.object(into: &output) { writer in
            writer.member("accountId", accountID)
            writer.member("apiId", apiID)
            writer.optional("authorizer", authorizer)
            writer.member("domainName", domainName)
            writer.member("domainPrefix", domainPrefix)
            writer.member("http", http)
            writer.member("requestId", requestID)
            writer.member("routeKey", routeKey)
            writer.member("stage", stage)
            writer.member("time", time)
            writer.member("timeEpoch", timeEpoch)
        }
    }
}

extension APIGatewayRequest.HTTP: JSONWritable {
    package func writeJSON(to output: inout [UInt8]) {
        JSONWriter.object(into: &output) {
            $0.member("method", method)
            $0.member("path", path)
            $0.member("protocol", protocolVersion)
            $0.member("sourceIp", sourceIP)
            $0.member("userAgent", userAgent)
        }
    }
}

extension APIGatewayRequest.Authorizer: JSONWritable {
    package func writeJSON(to output: inout [UInt8]) {
        JSONWriter.object(into: &output) {
            $0.member("jwt") {
                $0.member("claims", claims)
                $0.member("scopes", scopes.isEmpty ? nil : scopes)
            }
        }
    }
}
