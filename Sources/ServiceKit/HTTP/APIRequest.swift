package import LambdaEvents
package import StrictJSON

/// A request that a route has been found for.
package struct APIRequest: Sendable {
    package let event: APIGatewayRequest
    /// The values of the pattern's `{parameters}`.
    package let parameters: NamedValues
    package let body: [UInt8]
    /// Whether it came through the front door, whose fields then count (`OriginGate`).
    let isFromFrontDoor: Bool
    private let maximumBodyBytes: Int

    init(
        _ event: APIGatewayRequest, parameters: NamedValues, body: [UInt8], maximumBodyBytes: Int,
        isFromFrontDoor: Bool
    ) {
        self.event = event
        self.isFromFrontDoor = isFromFrontDoor
        self.parameters = parameters
        self.body = body
        self.maximumBodyBytes = maximumBodyBytes
    }

    /// The body as JSON; 400 where it is none, breaks a rule of `JSONDocument`, is nested more than 8 deep, or has an
    /// object with more than 32 members.
    package func json() throws(Problem) -> JSONValue {
        guard !body.isEmpty else { throw .missingBody }
        let limits = JSONLimits(
            maximumBytes: maximumBodyBytes, maximumDepth: 8, maximumValues: 1024, maximumMembers: 32)
        do {
            return try JSONDocument(parsing: body, limits: limits).root
        } catch {
            throw Problem(error)
        }
    }

    /// The body as an object with no other members than these; 422 where it has others.
    package func json(onlyMembers names: [String]) throws(Problem) -> JSONValue {
        let root = try json()
        do {
            try root.refuseUnknownMembers(except: names)
        } catch {
            throw Problem(error)
        }
        return root
    }

    /// The value of the pattern's parameter; 404 when the route has none of that name.
    package func parameter(_ name: String) throws(Problem) -> String {
        guard let value = parameters[name] else { throw .notFound }
        return value
    }

    /// The query parameter's value; nil when it is absent, 400 when it occurs twice.
    package func query(_ name: String) throws(Problem) -> String? {
        guard let query = QueryString.parse(event.rawQueryString) else { throw .invalidQuery }
        let values = query.all(name)
        guard values.count < 2 else { throw .invalidParameter(name, "occurs more than once") }
        return values.first
    }

    /// The header field's value.
    package func header(_ name: String) -> String? {
        event.headers.field(name)
    }
}
