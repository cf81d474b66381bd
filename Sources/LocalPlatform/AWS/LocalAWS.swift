internal import AWSSignature
internal import Codecs
internal import LocalRuntimeAPI
internal import Platform

/// The services of AWS that functions call, played on loopback.
///
/// Each function's process gets an endpoint and credentials of its own, so that a call that is signed with anybody
/// else's is refused, as it would be in AWS, and so is one that the function's role does not allow.
package final class LocalAWS: Sendable {
    package let bus = EventBus()
    package let mailbox: Mailbox
    package let secrets: SecretStore
    /// What functions' calls were allowed.
    package let access: AccessRecord
    private let template: Template
    private let mail: TemplateMail
    private let buses: [String]
    private let objects: PutObject
    private let notice: @Sendable (AWSNotice) -> Void

    /// - Parameters:
    ///   - folder: `.nerdwork` of the project, for mail, secrets and published objects.
    ///   - keyFolder: where the key of the secrets is; nil for the user's own place.
    ///   - notice: told of each mail and of each call that was refused; on any thread.
    package init(
        folder: String, template: Template, keyFolder: String? = nil, notice: @escaping @Sendable (AWSNotice) -> Void
    ) throws(LocalError) {
        secrets = try SecretStore(folder: folder, definitions: template.secrets, keyFolder: keyFolder)
        access = AccessRecord(template)
        objects = PutObject(
            buckets: template.buckets, lockedBuckets: template.lockedBuckets, hiddenFolder: folder)
        mailbox = Mailbox(folder: folder)
        mail = template.mail
        buses = template.buses
        self.template = template
        self.notice = notice
    }

    /// All calls that are played; others are answered as AWS answers an unknown one.
    package static var servedOperations: [String] { AWSOperation.served }

    /// What functions have published under that path, in whichever bucket; nil when there is none.
    package func published(_ path: String) -> [UInt8]? {
        objects.object(path)
    }

    /// Starts to serve one process of a function.
    func endpoint(for function: String) throws(LocalError) -> AWSEndpoint {
        let credentials = try AWSAccess.makeCredentials()
        let access = AccessCheck(
            function: template.functions.first { $0.name == function },
            questions: AccessQuestions(mail: mail, secrets: template.secrets),
            bucketPolicies: template.bucketPolicies, record: self.access)
        let server: LoopbackServer
        do throws(LocalRuntimeError) {
            server = try LoopbackServer(limits: .init(connections: 16, bodyBytes: 16 << 20)) { [self] request in
                answer(request, to: function, credentials, access)
            }
        } catch {
            throw LocalError(.unavailable, "Cannot serve AWS on loopback: \(error).")
        }
        return AWSEndpoint(server: server, access: AWSAccess(credentials: credentials, endpointURL: server.url))
    }

    private func answer(
        _ request: RecordedRequest, to function: String, _ credentials: AWSCredentials, _ access: AccessCheck
    ) -> Answer {
        let operation = AWSOperation(request)
        let requestID = LocalInvocation.newRequestID()
        do {
            try SignatureCheck(credentials: credentials).check(request, for: operation)
            guard operation.isServed else { throw operation.unknownFailure }
            if operation.service == .s3 {
                try access.check(operation, request, .null)
                return operation.form.answer(headers: [("ETag", try objects.answer(request))], requestID: requestID)
            }
            let body = try perform(operation, request, function, access)
            return operation.form.answer(body, requestID: requestID)
        } catch {
            let failure = Self.failure(error)
            notice(.refused(function: function, operation: operation.title, type: failure.type, failure.message))
            return operation.form.answer(failure, requestID: requestID)
        }
    }

    private func perform(
        _ operation: AWSOperation, _ request: RecordedRequest, _ function: String, _ access: AccessCheck
    ) throws -> JSONTree {
        guard let body = try? JSONTree(parsing: request.body), case .object = body else {
            throw AWSFailure.malformedBody
        }
        try access.check(operation, request, body)
        switch operation.service {
        case .ses:
            let (answer, stored) = try SendEmail(account: mail, mailbox: mailbox, bus: bus).answer(body)
            notice(.mail(stored, function: function))
            return answer
        case .events: return try tell(PutEvents(bus: bus, buses: buses).answer(body), function)
        case .secretsManager: return try perform(secret: operation, body)
        case .s3, .unknown: throw operation.unknownFailure
        }
    }

    private func perform(secret operation: AWSOperation, _ body: JSONTree) throws -> JSONTree {
        switch operation.name {
        case "GetSecretValue": try GetSecretValue(store: secrets).answer(body)
        case "PutSecretValue": try PutSecretValue(store: secrets).answer(body)
        case "DescribeSecret": try DescribeSecret(store: secrets).answer(body)
        case "UpdateSecretVersionStage": try UpdateSecretVersionStage(store: secrets).answer(body)
        default: throw operation.unknownFailure
        }
    }

    /// Entries that were refused are said as well: the call itself succeeded.
    private func tell(_ answer: JSONTree, _ function: String) -> JSONTree {
        for entry in answer["Entries"]?.elements ?? [] {
            guard let code = entry["ErrorCode"]?.text, let message = entry["ErrorMessage"]?.text else { continue }
            notice(.refused(function: function, operation: "events:PutEvents", type: code, message))
        }
        return answer
    }

    private static func failure(_ error: any Error) -> AWSFailure {
        switch error {
        case let failure as AWSFailure: failure
        case let error as LocalError: AWSFailure(500, "InternalFailure", error.description)
        default: AWSFailure(500, "InternalFailure", "The local stack failed.")
        }
    }
}

/// What the local AWS tells whoever looks on.
package enum AWSNotice: Sendable {
    /// A function sent a mail.
    case mail(StoredMail, function: String)
    /// A call or a part of it was refused.
    case refused(function: String, operation: String, type: String, String)
}

/// What one process of a function calls; serves until it is stopped.
struct AWSEndpoint {
    private let server: LoopbackServer
    let access: AWSAccess

    fileprivate init(server: LoopbackServer, access: AWSAccess) {
        self.server = server
        self.access = access
    }

    func stop() {
        server.stop()
    }

    /// Resets the connections that the process has, as happens to those of an environment that was frozen for long.
    func resetConnections() {
        server.resetConnections()
    }
}
