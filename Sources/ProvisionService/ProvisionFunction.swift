internal import Codecs
package import LambdaRuntime
internal import Logging
internal import ServiceKit
internal import StrictJSON

/// The function: CloudFormation's `Custom::Migrations` and `Custom::ShownSecret`, a schedule's
/// `{"action":"rotate-keys"}`, the steps of Secrets Manager's rotations, and an invocation by hand.
package struct ProvisionFunction {
    /// What does the task, within a number of milliseconds.
    package typealias Provision = (ProvisionSettings, ProvisionTask, Int64?) throws -> ProvisionReport

    private let environment: (String) -> String?
    private let sender: AnswerSender
    private let provision: Provision

    /// - Parameter environment: read at each invocation, not at start: a function that fails its initialisation could
    ///   not answer CloudFormation, which would then wait for the resource's whole timeout.
    package init(
        environment: @escaping (String) -> String?, sender: AnswerSender = AnswerSender(),
        provision: Provision? = nil
    ) {
        self.environment = environment
        self.sender = sender
        self.provision =
            provision ?? { settings, task, milliseconds in
                try Provisioner.run(settings, task, environment: environment, milliseconds: milliseconds)
            }
    }

    /// The events that it takes.
    package var handler: InvocationHandler {
        var events = EventDispatcher()
        events.on(shape: CustomResourceRequest.matches) { json, context in
            try answer(try CustomResourceRequest(json: json), context)
        }
        events.on(shape: RotationRequest.matches) { json, context in
            try perform(.secret(try RotationRequest(json: json)), context)
        }
        events.on(shape: { Self.task($0) != nil }) { json, context in
            try perform(Self.task(json) ?? .migrate, context)
        }
        let dispatcher = events
        return { payload, context in try dispatcher.handle(payload, context) }
    }

    /// `{}` is `{"action":"migrate"}`; the others are a command's words, `{"action":"revoke-key","kid":"…"}` the longest.
    private static func task(_ json: JSONValue) -> ProvisionTask? {
        guard let members = try? Array(json.members), members.allSatisfy({ ["action", "kid"].contains($0.name) }) else {
            return nil
        }
        if members.isEmpty { return .migrate }
        let words = [json["action"], json["kid"]].compactMap { value in value.map { try? $0.string(maximumBytes: 64) } }
        guard words.count == members.count, !words.contains(nil), json["action"] != nil else { return nil }
        return ProvisionTask(words: words.compactMap(\.self))
    }
}

extension ProvisionFunction {
    private func perform(_ task: ProvisionTask, _ context: InvocationContext) throws -> JSONWriter {
        switch attempt(task, context) {
        case .success(let report): return report.json
        case .failure(let failure): throw FunctionError(type: "Function.ProvisionFailed", message: failure.reason)
        }
    }

    /// Answers CloudFormation whatever happens.
    ///
    /// That the answer was delivered is the success of the invocation: after a
    /// function error Lambda would invoke again, for an answer that CloudFormation has already.
    private func answer(_ request: CustomResourceRequest, _ context: InvocationContext) throws -> JSONWriter {
        let answer = CustomResourceAnswer(outcome(of: request, context), to: request)
        if case .failure(let reason) = answer.outcome { context.logger.error("provisioning failed: \(reason)") }
        let isDelivered = sender.deliver(answer.body, to: request.responseURL) {
            context.remainingMilliseconds() - Self.reportMilliseconds
        }
        guard isDelivered else {
            throw FunctionError(
                type: "Function.AnswerNotDelivered", message: "CloudFormation could not be told the outcome")
        }
        return JSONWriter.object {
            $0.member("answered", answer.isSuccess ? "SUCCESS" : "FAILED")
        }
    }

    private func outcome(
        of request: CustomResourceRequest, _ context: InvocationContext
    ) -> CustomResourceAnswer.Outcome {
        switch request.kind {
        case .create, .update:
            guard let task = Self.task(of: request.resource) else {
                return .failure(reason: "OriginSecretVersion is missing, or no version's id")
            }
            switch attempt(task, context) {
            case .success(let report):
                return .success(.init(schemaVersion: report.version, originSecretVersion: report.originVersion))
            case .failure(let failure): return .failure(reason: failure.reason)
            }
        case .delete: return .success(.init())  // the books stay, whatever becomes of the stack
        case nil: return .failure(reason: "RequestType is none of Create, Update and Delete")
        }
    }

    private static func task(of resource: CustomResourceRequest.Resource) -> ProvisionTask? {
        switch resource {
        case .migrations: .deploy
        case .shownSecret(let version): version.map { .shown(version: $0) }
        }
    }

    private struct Failure: Error {
        let reason: String
    }

    private func attempt(_ task: ProvisionTask, _ context: InvocationContext) -> Result<ProvisionReport, Failure> {
        var secrets: [String] = []
        do {
            let settings = try ProvisionSettings(environment: environment)
            secrets = settings.secrets
            let report = try provision(settings, task, Self.databaseMilliseconds(context.remainingMilliseconds()))
            for line in report.lines { context.logger.info("\(line)") }
            return .success(report)
        } catch {
            return .failure(Failure(reason: FailureReason.text(for: error, hiding: secrets)))
        }
    }

    /// What is kept back to tell Lambda about the outcome.
    private static let reportMilliseconds: Int64 = 500

    /// The database's share of the time: 30 seconds, or a third of a short time, are kept to deliver the answer.
    static func databaseMilliseconds(_ remaining: Int64) -> Int64 {
        remaining - min(30_000, remaining / 3)
    }
}
