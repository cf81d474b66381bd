import AWSClient
import AWSSignature
import Codecs
import HTTPTransport
import StrictJSON
import TestSupport

/// moto with what the tests call, and with its check of signatures and policies switched on.
struct MotoAccount: Sendable {
    let server: MotoServer
    /// A user who may do what a function does.
    let function: AWSCredentials
    /// A user who may do nothing.
    let powerless: AWSCredentials
    /// A user who may do everything.
    let administrator: AWSCredentials
    let role: String
    let queueURL: String

    private static let made = Result { try make() }

    static func shared() throws -> MotoAccount {
        try made.get()
    }

    static let bus = "nerdwork"
    static let secretName = "nerdwork/test"
    /// For tests that write; the other one is read.
    static let writtenSecretName = "nerdwork/written"
    /// For the test that rotates.
    static let rotatedSecretName = "nerdwork/rotated"
    static let bucket = "nerdwork-test"
    static let dottedBucket = "nerdwork.test.dotted"
    /// Keeps every object for a day.
    static let lockedBucket = "nerdwork-locked"
    static let secretValue = #"{"username":"nerdwork","password":"pässwörd-\u0001"}"#
    static let previousSecretValue = "before"
    static let sender = "noreply@example.com"

    /// A client whose variables are those of a function in Lambda.
    func client(_ credentials: AWSCredentials) -> AWSClient {
        var variables = [
            "AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": server.url, "AWS_ACCESS_KEY_ID": credentials.accessKeyID,
            "AWS_SECRET_ACCESS_KEY": credentials.secretAccessKey,
        ]
        variables["AWS_SESSION_TOKEN"] = credentials.sessionToken
        let environment = variables
        return AWSClient(environment: { environment[$0] })
    }

    /// Credentials of the role, with a session token.
    func assumedRole() throws -> AWSCredentials {
        let call = MotoCall.form(
            server, service: "sts", version: "2011-06-15", "AssumeRole",
            [("RoleArn", role), ("RoleSessionName", "test")])
        let answer = try call.signedAndSent(function)
        return AWSCredentials(
            accessKeyID: try answer.element("AccessKeyId"), secretAccessKey: try answer.element("SecretAccessKey"),
            sessionToken: try answer.element("SessionToken"))
    }
}

extension MotoAccount {
    /// moto believes everybody until its check is on; the calls need credentials for their scope alone.
    private static let anybody = AWSCredentials(accessKeyID: "anybody", secretAccessKey: "anything")

    private static let functionActions = [
        "ses:SendEmail", "events:PutEvents", "secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue",
        "secretsmanager:DescribeSecret", "secretsmanager:UpdateSecretVersionStage",
        "s3:PutObject", "sts:AssumeRole", "sts:GetCallerIdentity",
    ]

    private static func make() throws -> MotoAccount {
        let server = try MotoServer.shared()
        let role = try makeRole(server)
        let queueURL = try makeServices(server)
        let account = MotoAccount(
            server: server, function: try makeUser(server, "function", functionActions),
            powerless: try makeUser(server, "powerless", []),
            administrator: try makeUser(server, "administrator", ["*"]), role: role, queueURL: queueURL)
        try switchCheckOn(server)
        return account
    }

    private static func makeUser(_ server: MotoServer, _ name: String, _ actions: [String]) throws -> AWSCredentials {
        try identity(server, "CreateUser", [("UserName", name)])
        if !actions.isEmpty {
            let parameters = [
                ("UserName", name), ("PolicyName", "calls"), ("PolicyDocument", policy(actions, "\"Resource\":\"*\"")),
            ]
            try identity(server, "PutUserPolicy", parameters)
        }
        let key = try identity(server, "CreateAccessKey", [("UserName", name)])
        return AWSCredentials(
            accessKeyID: try key.element("AccessKeyId"), secretAccessKey: try key.element("SecretAccessKey"))
    }

    private static func makeRole(_ server: MotoServer) throws -> String {
        let trust = policy(["sts:AssumeRole"], #""Principal":{"AWS":"*"}"#)
        let role = try identity(
            server, "CreateRole", [("RoleName", "function"), ("AssumeRolePolicyDocument", trust)])
        let parameters = [
            ("RoleName", "function"), ("PolicyName", "calls"),
            ("PolicyDocument", policy(["secretsmanager:GetSecretValue"], "\"Resource\":\"*\"")),
        ]
        try identity(server, "PutRolePolicy", parameters)
        return try role.element("Arn")
    }

    private static func policy(_ actions: [String], _ rest: String) -> String {
        let list = actions.map { "\"\($0)\"" }.joined(separator: ",")
        return #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":[\#(list)],\#(rest)}]}"#
    }

    @discardableResult
    private static func identity(
        _ server: MotoServer, _ action: String, _ parameters: [(String, String)]
    ) throws -> HTTPResponse {
        try done(MotoCall.form(server, service: "iam", version: "2010-05-08", action, parameters))
    }

    /// The sender, the secret, and a bus whose events reach a queue; returns the queue's URL.
    private static func makeServices(_ server: MotoServer) throws -> String {
        try done(
            MotoCall(
                server, service: "ses", path: "/v2/email/identities", headers: [("Content-Type", "application/json")],
                body: #"{"EmailIdentity":"\#(sender)"}"#))
        try makeSecret(server)
        try makeBuckets(server)
        try done(.json(server, service: "events", target: "AWSEvents.CreateEventBus", #"{"Name":"\#(bus)"}"#))
        let rule = #"{"Name":"all","EventBusName":"\#(bus)","EventPattern":"{\"source\":[\"nerdwork.test\"]}"}"#
        try done(.json(server, service: "events", target: "AWSEvents.PutRule", rule))
        let queue = try done(
            .json(server, service: "sqs", target: "AmazonSQS.CreateQueue", #"{"QueueName":"events"}"#))
        let target = #"{"Id":"1","Arn":"arn:aws:sqs:eu-west-1:123456789012:events"}"#
        try done(
            .json(
                server, service: "events", target: "AWSEvents.PutTargets",
                #"{"Rule":"all","EventBusName":"\#(bus)","Targets":[\#(target)]}"#))
        // The first event makes moto load what it needs, which can take longer than the client waits.
        let event = #"{"Source":"nerdwork.first","DetailType":"First","Detail":"{}","EventBusName":"\#(bus)"}"#
        try done(.json(server, service: "events", target: "AWSEvents.PutEvents", #"{"Entries":[\#(event)]}"#))
        return try JSONDocument(parsing: queue.body).root.member("QueueUrl").string()
    }

    /// The secret with a version before the current one.
    private static func makeSecret(_ server: MotoServer) throws {
        let requests = [("CreateSecret", "Name", previousSecretValue), ("PutSecretValue", "SecretId", secretValue)]
        for (action, nameMember, value) in requests {
            let request = JSONWriter.object { request in
                request.member(nameMember, secretName)
                request.member("SecretString", value)
            }
            let text = String(decoding: request.bytes, as: UTF8.self)
            try done(.json(server, service: "secretsmanager", target: "secretsmanager.\(action)", text))
        }
    }

    private static func makeBuckets(_ server: MotoServer) throws {
        let region = """
            <CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">\
            <LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>
            """
        for bucket in [bucket, dottedBucket] {
            try done(
                MotoCall(
                    server, service: "s3", method: .put, path: "/\(bucket)",
                    headers: [("Content-Type", "application/xml")], body: region))
        }
        try done(
            MotoCall(
                server, service: "s3", method: .put, path: "/\(lockedBucket)",
                headers: [("Content-Type", "application/xml"), ("X-Amz-Bucket-Object-Lock-Enabled", "true")],
                body: region))
        let retention = """
            <ObjectLockConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">\
            <ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention><Mode>COMPLIANCE</Mode>\
            <Days>1</Days></DefaultRetention></Rule></ObjectLockConfiguration>
            """
        try done(
            MotoCall(
                server, service: "s3", method: .put, path: "/\(lockedBucket)", query: "object-lock=",
                headers: [("Content-Type", "application/xml")], body: retention))
        let written = #"{"Name":"\#(writtenSecretName)","SecretString":"{}"}"#
        try done(.json(server, service: "secretsmanager", target: "secretsmanager.CreateSecret", written))
        let rotated = #"{"Name":"\#(rotatedSecretName)","SecretString":"first"}"#
        try done(.json(server, service: "secretsmanager", target: "secretsmanager.CreateSecret", rotated))
        let empty = #"{"Name":"nerdwork/no-value"}"#
        try done(.json(server, service: "secretsmanager", target: "secretsmanager.CreateSecret", empty))
    }

    @discardableResult
    private static func done(_ call: MotoCall) throws -> HTTPResponse {
        let answer = try call.signedAndSent(anybody)
        guard answer.isSuccess else { throw HarnessError("moto refused to be set up: \(answer.status) \(answer.text)") }
        return answer
    }

    private static func switchCheckOn(_ server: MotoServer) throws {
        let answer = try HTTPConnection(.init(userAgent: nil)).perform(
            HTTPRequest(
                .post, server.url + "/moto-api/reset-auth", headers: HTTPHeaderList([("Content-Type", "text/plain")]),
                body: Array("0".utf8), timeoutMilliseconds: 60_000))
        guard answer.isSuccess else { throw HarnessError("moto's check cannot be switched on: \(answer.text)") }
    }
}
