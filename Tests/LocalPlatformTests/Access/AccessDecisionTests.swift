import Testing

@testable internal import LocalPlatform

/// Source: IAM user guide, "Policy evaluation logic" and "Identity-based policies and resource-based policies".
@Suite("Policies together")
struct AccessDecisionTests {
    private static let allowAll = #"{"Effect":"Allow","Action":"*","Resource":"*"}"#
    private static let denyS3 = #"{"Effect":"Deny","Action":"s3:*","Resource":"*"}"#

    private func document(_ statements: String...) throws -> PolicyDocument {
        try PolicyBuilding.policy(
            #"{"Version":"2012-10-17","Statement":[\#(statements.joined(separator: ","))]}"#)
    }

    @Test("Without an allowance everything is denied")
    func implicit() {
        let decision = AccessDecision.decide(PolicyBuilding.request("s3:GetObject"), identity: [])
        #expect(decision == .denied(.implicit(.identity)))
    }

    @Test("An explicit denial wins, whichever policy has it and in which order")
    func explicit() throws {
        let request = PolicyBuilding.request("s3:GetObject", "arn:aws:s3:::b/k")
        let policies = [try document(Self.allowAll), try document(Self.denyS3)]
        for identity in [policies, policies.reversed(), [try document(Self.denyS3, Self.allowAll)]] {
            #expect(AccessDecision.decide(request, identity: identity) == .denied(.explicit(.identity)))
        }
        #expect(AccessDecision.decide(PolicyBuilding.request("sqs:SendMessage"), identity: policies) == .allowed)
    }

    /// The guide's example of `Deny` with `NotAction` and of `Allow` with `NotAction`.
    @Test("NotAction and NotResource are about all but what they name")
    func negations() throws {
        let iam = try document(#"{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}"#)
        #expect(AccessDecision.decide(PolicyBuilding.request("IAM:CreateUser"), identity: [iam]) != .allowed)
        #expect(AccessDecision.decide(PolicyBuilding.request("s3:GetObject"), identity: [iam]) == .allowed)
        let bucket = try document(
            Self.allowAll,
            #"{"Effect":"Deny","Action":"s3:*","NotResource":["arn:aws:s3:::HRBucket/Payroll","arn:aws:s3:::HRBucket/Payroll/*"]}"#
        )
        for (resource, isAllowed) in [("HRBucket/Payroll/a", true), ("HRBucket/Other", false)] {
            let request = PolicyBuilding.request("s3:GetObject", "arn:aws:s3:::\(resource)")
            #expect((AccessDecision.decide(request, identity: [bucket]) == .allowed) == isAllowed, "\(resource)")
        }
    }

    @Test(
        "Actions are compared without case, and with their wildcards",
        arguments: [
            ("s3:GetObject", true), ("S3:getobject", true), ("s3:GetObjectAcl", true), ("s3:PutObject", false),
            ("s3:ListBucket", false), ("iam:CreateAccessKey", true), ("iam:ListAccessKeys", true),
        ])
    func actions(action: String, isAllowed: Bool) throws {
        let policy = try document(#"{"Effect":"Allow","Action":["s3:Get*","iam:*AccessKey*"],"Resource":"*"}"#)
        #expect((AccessDecision.decide(PolicyBuilding.request(action), identity: [policy]) == .allowed) == isAllowed)
    }

    @Test("A boundary limits what identity policies allow, and allows nothing itself")
    func boundary() throws {
        let boundary = try document(#"{"Effect":"Allow","Action":["s3:*","sqs:*"],"Resource":"*"}"#)
        let iam = try document(#"{"Effect":"Allow","Action":["iam:CreateUser","s3:GetObject"],"Resource":"*"}"#)
        func decide(_ action: String) -> AccessDecision {
            AccessDecision.decide(PolicyBuilding.request(action), identity: [iam], boundary: boundary)
        }
        #expect(decide("s3:GetObject") == .allowed)
        #expect(decide("iam:CreateUser") == .denied(.implicit(.boundary)))
        #expect(decide("sqs:SendMessage") == .denied(.implicit(.identity)))
    }

    @Test(
        "A resource's policy allows whom it names, through an account only what identity policies allow as well",
        arguments: [
            (#""*""#, true), (#"{"AWS":"*"}"#, true), (#"{"AWS":"arn:aws:iam::123456789012:role/R"}"#, true),
            (#"{"AWS":["arn:aws:sts::123456789012:assumed-role/R/function"]}"#, true),
            (#"{"AWS":"123456789012"}"#, false), (#"{"AWS":"arn:aws:iam::123456789012:root"}"#, false),
            (#"{"AWS":"arn:aws:iam::123456789012:role/Other"}"#, false), (#"{"Service":"s3.amazonaws.com"}"#, false),
        ])
    func principals(principal: String, isAllowed: Bool) throws {
        let policy = try document(#"{"Effect":"Allow","Principal":\#(principal),"Action":"s3:*","Resource":"*"}"#)
        let request = PolicyBuilding.request("s3:GetObject", "arn:aws:s3:::b/k")
        #expect((AccessDecision.decide(request, identity: [], resource: policy) == .allowed) == isAllowed)
    }

    @Test("A resource's policy denies whole accounts as well")
    func resourceDenies() throws {
        let root = #"{"AWS":"arn:aws:iam::123456789012:root"}"#
        let policy = try document(#"{"Effect":"Deny","Principal":\#(root),"Action":"s3:*","Resource":"*"}"#)
        let request = PolicyBuilding.request("s3:GetObject", "arn:aws:s3:::b/k")
        let decision = AccessDecision.decide(request, identity: [try document(Self.allowAll)], resource: policy)
        #expect(decision == .denied(.explicit(.resource)))
    }

    @Test("Variables are texts in a policy of the version before them")
    func versions() throws {
        let statement = #"{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::b/${aws:username}"}"#
        let request = PolicyBuilding.request("s3:GetObject", "arn:aws:s3:::b/ada", ["aws:username": ["ada"]])
        for (version, isAllowed) in [("2012-10-17", true), ("2008-10-17", false)] {
            let policy = try PolicyBuilding.policy(#"{"Version":"\#(version)","Statement":\#(statement)}"#)
            #expect((AccessDecision.decide(request, identity: [policy]) == .allowed) == isAllowed)
        }
    }

    @Test(
        "What is no policy is refused",
        arguments: [
            #"{"Version":"2012-10-17"}"#, #"{"Version":"2020-01-01","Statement":[]}"#,
            #"{"Version":"2012-10-17","Statement":{"Effect":"Maybe","Action":"*","Resource":"*"}}"#,
            #"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Resource":"*"}}"#,
            #"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","NotAction":"*","Resource":"*"}}"#,
            #"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":[{}]}}"#,
            #"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*","Conditions":{}}}"#,
        ])
    func malformed(policy: String) {
        let error = #expect(throws: LocalError.self) { try PolicyBuilding.policy(policy) }
        #expect(error?.status == .data)
    }
}
