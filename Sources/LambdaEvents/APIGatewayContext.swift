import StrictJSON

extension APIGatewayRequest {
    /// `requestContext`: what the gateway knows about the request.
    package struct Context: Hashable, Sendable {
        package var http: HTTP
        package var authorizer: Authorizer?
        package var accountID: String
        package var apiID: String
        package var domainName: String
        package var domainPrefix: String
        package var requestID: String
        package var routeKey: String
        /// `$default` or the stage's name, which then leads the path.
        package var stage: String
        /// In the form of the Common Log Format, `12/Mar/2020:19:03:58 +0000`.
        package var time: String
        /// Milliseconds since 1970.
        package var timeEpoch: Int64

        package init(
            http: HTTP, authorizer: Authorizer? = nil, accountID: String = "", apiID: String = "",
            domainName: String = "", domainPrefix: String = "", requestID: String = "", routeKey: String = "$default",
            stage: String = "$default", time: String = "", timeEpoch: Int64 = 0
        ) {
            self.http = http
            self.authorizer = authorizer
            self.accountID = accountID
            self.apiID = apiID
            self.domainName = domainName
            self.domainPrefix = domainPrefix
            self.requestID = requestID
            self.routeKey = routeKey
            self.stage = stage
            self.time = time
            self.timeEpoch = timeEpoch
        }

        init(json: JSONValue) throws(JSONError) {
            http = try HTTP(json: json.member("http"))
            authorizer = try Authorizer(context: json)
            accountID = try json.text("accountId") ?? ""
            apiID = try json.text("apiId") ?? ""
            domainName = try json.text("domainName") ?? ""
            domainPrefix = try json.text("domainPrefix") ?? ""
            requestID = try json.text("requestId") ?? ""
            routeKey = try json.text("routeKey") ?? "$default"
            stage = try json.text("stage") ?? "$default"
            time = try json.text("time") ?? ""
            timeEpoch = try json.optional("timeEpoch")?.integer(in: 0...Int64.max) ?? 0
        }
    }

    /// `requestContext.http`.
    package struct HTTP: Hashable, Sendable {
        package var method: String
        package var path: String
        package var protocolVersion: String
        package var sourceIP: String
        package var userAgent: String

        package init(
            method: String, path: String, protocolVersion: String = "HTTP/1.1", sourceIP: String = "",
            userAgent: String = ""
        ) {
            self.method = method
            self.path = path
            self.protocolVersion = protocolVersion
            self.sourceIP = sourceIP
            self.userAgent = userAgent
        }

        init(json: JSONValue) throws(JSONError) {
            method = try json.member("method").string(maximumBytes: 32)
            path = try json.text("path") ?? ""
            protocolVersion = try json.text("protocol") ?? ""
            sourceIP = try json.text("sourceIp") ?? ""
            userAgent = try json.text("userAgent") ?? ""
        }
    }

    /// `requestContext.authorizer.jwt`: what the JWT authorizer found in the token.
    package struct Authorizer: Hashable, Sendable {
        /// API Gateway hands every claim over as text; an array becomes `[a b]`.
        package var claims: NamedValues
        package var scopes: [String]

        package init(claims: NamedValues, scopes: [String] = []) {
            self.claims = claims
            self.scopes = scopes
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
            scopes = try token.texts("scopes")
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
            writer.member("http") {
                $0.member("method", http.method)
                $0.member("path", http.path)
                $0.member("protocol", http.protocolVersion)
                $0.member("sourceIp", http.sourceIP)
                $0.member("userAgent", http.userAgent)
            }
            writer.member("requestId", requestID)
            writer.member("routeKey", routeKey)
            writer.member("stage", stage)
            writer.member("time", time)
            writer.member("timeEpoch", timeEpoch)
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
