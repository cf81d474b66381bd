internal import Codecs
internal import LocalRuntimeAPI
internal import Platform

/// Evaluates the calls of one function against its role and the policies of the resources.
struct AccessCheck: Sendable {
    let function: TemplateFunction?
    let questions: AccessQuestions
    let bucketPolicies: [String: PolicyDocument]
    /// Counts what was allowed.
    let record: AccessRecord

    /// Condition keys that every call of a function has, in lower case (IAM user guide, "AWS global condition context
    /// keys"; Lambda developer guide, "Using source function ARN").
    static let globalKeys: Set<String> = [
        "aws:currenttime", "aws:epochtime", "aws:principalaccount", "aws:principalarn", "aws:principaltype",
        "aws:requestedregion", "aws:resourceaccount", "aws:securetransport", "aws:userid", "aws:viaawsservice",
        "lambda:sourcefunctionarn",
    ]

    /// Whether calls carry a condition key here.
    static func knows(_ key: String) -> Bool {
        globalKeys.contains(key.lowercased()) || AccessQuestions.conditionKeys.contains(key.lowercased())
    }

    /// Throws what the service answers where a policy denies the call.
    func check(_ operation: AWSOperation, _ request: RecordedRequest, _ body: JSONTree) throws(AWSFailure) {
        let questions = questions.questions(operation, request, body)
        for question in questions {
            guard case .denied(let reason) = decide(question) else { continue }
            throw operation.denial(of: question, to: principal.name, reason)
        }
        for question in questions { record.count(self.request(question), by: function?.name ?? "") }
    }

    /// A caller without a role may do nothing.
    func decide(_ question: AccessQuestion) -> AccessDecision {
        guard let role = function?.role else { return .denied(.implicit(.identity)) }
        return role.decide(request(question), resource: bucketPolicies[Self.bucket(of: question.resource)])
    }

    private func request(_ question: AccessQuestion) -> AccessRequest {
        AccessRequest(
            principal: principal, action: question.action, resource: question.resource,
            context: context.merging(question.context) { _, own in own })
    }

    private static func bucket(of arn: String) -> String {
        let prefix = "arn:aws:s3:::"
        return arn.hasPrefix(prefix) ? String(arn.dropFirst(prefix.count).prefix { $0 != "/" }) : ""
    }

    private var principal: AccessPrincipal {
        guard let function, let role = function.role else {
            let name = "assumed-role/none/\(function?.functionName ?? "none")"
            return .role(arn: "", session: "arn:aws:sts::123456789012:\(name)")
        }
        return role.principal(of: function.functionName)
    }

    private var context: [String: [String]] {
        let now = SystemClock.now()
        let account = TemplateValues.pseudoParameters["AWS::AccountId"] ?? ""
        return [
            "aws:CurrentTime": [RFC3339.format(now)], "aws:EpochTime": [String(now.millisecondsSince1970 / 1_000)],
            "aws:PrincipalAccount": [account], "aws:PrincipalArn": [function?.role?.arn ?? ""],
            "aws:PrincipalType": ["AssumedRole"], "aws:RequestedRegion": ["us-east-1"],
            "aws:ResourceAccount": [account],
            // Loopback stands in for the TLS that every call of AWS has.
            "aws:SecureTransport": ["true"], "aws:ViaAWSService": ["false"],
            "aws:userid": ["AROALOCAL:\(function?.functionName ?? "")"],
            "lambda:SourceFunctionArn": [function?.arn ?? ""],
        ]
    }
}

extension AWSOperation {
    /// The refusal in the form and the words of the service.
    ///
    /// IAM user guide, "Troubleshoot access denied error messages"; SES has words of its own.
    func denial(of question: AccessQuestion, to user: String, _ reason: AccessDecision.Reason) -> AWSFailure {
        let (action, resource) = (question.action, question.shownResource)
        if service == .ses {
            return AWSFailure(
                403, "AccessDeniedException",
                "User `\(user)' is not authorized to perform `\(action)' on resource `\(resource)'")
        }
        let message =
            "User: \(user) is not authorized to perform: \(action) on resource: \(resource) "
            + reason.text(action: action)
        return service == .s3
            ? AWSFailure(403, "AccessDenied", message) : AWSFailure(400, "AccessDeniedException", message)
    }
}
