import LocalPlatform
import LocalRuntimeAPI
import TestSupport

@testable import LocalServe

/// A gateway on a port, in front of one scripted function.
final class ServedGateway: Sendable {
    let function: ServedFunction
    private let server: LoopbackServer

    /// - Parameter handle: bash; by default the function answers with the event that it got.
    init(
        handle: String = #"printf '%s' "$event""#, api: String = "", stage: String = "", integration: String = "",
        processes: Int = 4
    ) throws {
        function = try ServedFunction(
            handle: handle, resources: Self.resources(api: api, stage: stage, integration: integration),
            processes: processes, waiting: 0)
        let gateway = GatewayServer(
            .init(
                template: function.template, pool: function.pool, keys: nil, journal: function.journal,
                latencyMilliseconds: 0))
        server = try LoopbackServer(
            limits: .init(connections: 64, bodyBytes: GatewayServer.maximumBodyBytes, headBytes: 64 << 10),
            refuse: GatewayServer.refuse
        ) { gateway.answer($0) }
    }

    deinit { server.stop() }

    /// Sends a request from an address of this machine; the connection ends with it.
    func send(
        _ method: String, _ target: String, _ headers: [String] = [], body: String = "",
        from source: String = "127.0.0.1"
    ) -> RawClient.Reply? {
        var client = RawClient(port: server.port)
        client.source = source
        return client.send(method, target, headers, body: body)
    }

    func send(_ text: String) -> RawClient.Reply? {
        RawClient(port: server.port).send(text)
    }

    /// The journal's requests.
    var requests: [Happening.Request] {
        function.journal.entries(after: 0, limit: 1_000).compactMap { entry in
            if case .request(let request) = entry.happening { request } else { nil }
        }
    }

    private static func resources(api: String, stage: String, integration: String) -> String {
        let keys = ["GET /a/{id}", "POST /a", "ANY /any", "GET /files/{proxy+}", "GET /links/{token}"]
        let routes = keys.enumerated().map { number, key in
            """
            ,"Route\(number)":{"Type":"AWS::ApiGatewayV2::Route","Properties":{"ApiId":{"Ref":"Api"},"RouteKey":"\(key)",
            "Target":"integrations/Integration","AuthorizationType":"NONE"}}
            """
        }
        return """
            ,"Api":{"Type":"AWS::ApiGatewayV2::Api","Properties":{"Name":"x","ProtocolType":"HTTP"\(api)}},
            "Stage":{"Type":"AWS::ApiGatewayV2::Stage","Properties":{"ApiId":{"Ref":"Api"},"StageName":"$default"\(stage)}},
            "Integration":{"Type":"AWS::ApiGatewayV2::Integration","Properties":{"ApiId":{"Ref":"Api"},
            "IntegrationType":"AWS_PROXY","PayloadFormatVersion":"2.0",
            "IntegrationUri":{"Fn::GetAtt":["One","Arn"]}\(integration)}}\(routes.joined())
            """
    }
}
