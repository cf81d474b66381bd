internal import AWSClient
internal import Codecs
internal import LambdaEvents
package import LambdaRuntime
internal import Logging
internal import Platform

/// Lets in only what came through the front door: CloudFront shows a secret in the field `x-nw-origin`.
///
/// API Gateway's HTTP APIs cannot look at a field, and their own address is known to everybody who finds it out; past
/// CloudFront there is no web application firewall, and `requestContext.http.sourceIp` is whatever calls.
package final class OriginGate {
    /// The field with the secret.
    package static let field = "x-nw-origin"
    /// The field with the address of who called CloudFront, which overwrites what a client sends of it.
    package static let viewerField = "x-nw-viewer"
    private static let lengths = 32...256

    private let makeSecret: () -> SharedSecret
    private lazy var secret = makeSecret()

    /// The gate that `ORIGIN_SECRET_ARN` asks for; nil where it is not set.
    ///
    /// The client of AWS is made when it is first asked.
    package convenience init?(_ environment: RuntimeEnvironment) {
        self.init(variables: { environment[$0] }, now: { SystemClock.now() })
    }

    init?(variables: @escaping (String) -> String?, now: @escaping () -> Timestamp) {
        guard let secret = Environment(variables).optional("ORIGIN_SECRET_ARN") else { return nil }
        makeSecret = { SharedSecret(AWSClient(environment: variables, now: now), id: secret, now: now) }
    }

    /// Whether a value can be the secret: 32 to 256 visible ASCII characters.
    package static func isFit(_ value: [UInt8]) -> Bool {
        lengths.contains(value.count) && value.allSatisfy { (0x21...0x7E).contains($0) }
    }

    /// Throws 403 for what shows neither the current secret nor the one before it, and 503 where that cannot be found
    /// out.
    func check(_ request: APIGatewayRequest, _ context: InvocationContext) throws(Problem) {
        let shown = Array((request.headers.field(Self.field) ?? "").utf8)
        guard Self.isFit(shown) else { throw .originRefused }
        let isAdmitted: Bool
        do throws(AWSError) {
            // CloudFront goes on showing the former secret until it is deployed with the new one.
            isAdmitted = try secret.isShown(
                shown, call: AWSCall(deadline: context.deadline, traceID: context.traceID))
        } catch {
            context.logger.error("the origin's secret cannot be had", metadata: ["error": "\(error)"])
            throw .unavailable
        }
        guard isAdmitted else { throw .originRefused }
    }
}

@available(*, unavailable)
extension OriginGate: Sendable {}
