import AWSClient
import PostgresClient
import StrictJSON
import Synchronization
import TestSupport
import Testing

@testable import ProvisionService

/// The steps: Secrets Manager user guide, "Lambda rotation functions".
///
/// Of the same suite, because the passwords belong to the roles of the same server.
extension ProvisionerTests {
    @Test("a rotation gives the role another password, leaves open sessions alone, and keeps other members")
    func rotation() throws {
        try withDatabase { database in
            let stage = try RotationStage(database)
            let former = try #require(try stage.password(.current))
            let open = try PostgresConnection(stage.server.configuration(.loyalty, former))
            let token = stage.begin()
            for step in RotationStage.steps { #expect(try stage.step(step, token) == true, "\(step)") }
            #expect(stage.secrets.version(RotationStage.secret, .current) == token)
            #expect(stage.secrets.version(RotationStage.secret, .previous) == "first")
            #expect(try stage.logsIn(.current) && !stage.logsIn(.previous))
            #expect(try open.query("select current_user::text as n").only().decode("n") == "nerdwork_loyalty")
            let password = try #require(try stage.password(.current))
            #expect(password.utf8.count == 40 && password != former)
            let value = try #require(stage.secrets.value(RotationStage.secret, .current))
            #expect(value == #"{"engine":"postgres","username":"nerdwork_loyalty","password":"\#(password)"}"#)
        }
    }

    @Test("each step again changes nothing, nor does any step of a version that is current")
    func repeatedSteps() throws {
        try withDatabase { database in
            let stage = try RotationStage(database)
            let token = stage.begin()
            var passwords: Set<String> = []
            for step in RotationStage.steps {
                let isChanged = [true, step == .test, step == .test]
                for expected in isChanged {
                    #expect(try stage.step(step, token) == expected, "\(step)")
                    passwords.insert(try #require(try stage.password(.pending)))
                }
            }
            #expect(passwords.count == 1)
            for step in RotationStage.steps.reversed() { #expect(try stage.step(step, token) == false, "\(step)") }
            #expect(try stage.logsIn(.current))
            #expect(stage.secrets.version(RotationStage.secret, .previous) == "first")
        }
    }

    @Test("a rotation that is cut off at any call can be logged in with at any time, and is completed by another one")
    func cutRotation() throws {
        try withDatabase { database in
            let stage = try RotationStage(database)
            var call = 0
            var isComplete = false
            while !isComplete {
                call += 1
                for isAfter in [false, true] {
                    let token = stage.begin()
                    stage.secrets.cut(.init(call: call, isAfter: isAfter))
                    isComplete = try runUntilCut(stage, token)
                    stage.secrets.cut(nil)
                    #expect(try stage.logsIn(.current) || stage.logsIn(.pending), "call \(call), after: \(isAfter)")
                    // As the service does: the same version again from the first step, or another one.
                    let next = isAfter && !isComplete ? stage.begin() : token
                    for step in RotationStage.steps { try stage.step(step, next) }
                    #expect(stage.secrets.version(RotationStage.secret, .current) == next)
                    #expect(try stage.logsIn(.current))
                }
            }
            // The last one's answer is lost, and the step finds that it has taken effect.
            #expect(call == 12)
        }
    }

    /// Whether nothing was cut.
    private func runUntilCut(_ stage: RotationStage, _ token: String) throws -> Bool {
        do {
            // The calls of all steps are counted together.
            for step in RotationStage.steps { try stage.step(step, token) }
            return true
        } catch is KeyPlacesStandIn.WasCut {
            return false
        }
    }

    @Test("steps that come too early or too late are refused, and change nothing")
    func disorder() throws {
        try withDatabase { database in
            let stage = try RotationStage(database)
            let given = stage.begin()
            try stage.step(.create, given)
            let token = stage.begin()
            for step in RotationStage.steps {
                #expect(throws: ProvisionError.self, "given up") { try stage.step(step, given) }
                #expect(throws: ProvisionError.self, "unknown") { try stage.step(step, "unknown" + token) }
                if step != .create {
                    #expect(throws: ProvisionError.self, "no value yet") { try stage.step(step, token) }
                }
            }
            try stage.step(.create, token)
            for step in [RotationRequest.Step.test, .finish] {
                let error = #expect(throws: DatabaseError.self) { try stage.step(step, token) }
                #expect(error?.sqlState == "28P01", "the role does not have the password yet")
            }
            #expect(stage.secrets.version(RotationStage.secret, .current) == "first")
            #expect(try stage.logsIn(.current))
            stage.secrets.state.withLock { $0.isRotationEnabled = false }
            #expect(throws: ProvisionError.self) { try stage.step(.set, token) }
            #expect(try stage.logsIn(.current) && !stage.logsIn(.pending))
        }
    }

    @Test("a deployment in the middle of a rotation leaves the role its coming password, else the current one")
    func deployment() throws {
        try withDatabase { database in
            let stage = try RotationStage(database, isEstablished: false)
            #expect(try stage.migrate() == true)
            #expect(try stage.migrate() == false)
            let token = stage.begin()
            #expect(try stage.migrate() == false, "the coming version has no value")
            try stage.step(.create, token)
            #expect(try stage.migrate() == false)
            try stage.step(.set, token)
            #expect(try stage.migrate() == false)
            #expect(try stage.logsIn(.pending) && !stage.logsIn(.current))
            try stage.step(.test, token)
            try stage.step(.finish, token)
            #expect(try stage.migrate() == false)
            #expect(try stage.logsIn(.current))
            // Somebody has changed it by hand.
            _ = try database.connect().query("alter role nerdwork_loyalty password 'by hand'")
            #expect(try stage.migrate() == true)
            #expect(try stage.logsIn(.current))
        }
    }

    @Test(
        "a secret that is none of the variables', of another form or of another user is not rotated",
        arguments: [
            "{}", "no json", #"{"username":"nerdwork_loyalty"}"#, #"{"password":"a long one"}"#,
            #"{"username":"nerdwork_wallet","password":"a long one"}"#,
        ])
    func otherSecrets(value: String) throws {
        try withDatabase { database in
            let stage = try RotationStage(database)
            stage.secrets.create("arn:other", #"{"username":"nerdwork_loyalty","password":"other"}"#)
            let other = stage.begin(of: "arn:other")
            let unknown = #expect(throws: ProvisionError.self) { try stage.step(.create, other, of: "arn:other") }
            #expect(unknown == .rotation("the secret is none of this deployment's"))
            stage.secrets.create(RotationStage.secret, value)
            let token = stage.begin()
            let error = #expect(throws: ProvisionError.self) { try stage.step(.create, token) }
            guard case .secret = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(stage.secrets.value(RotationStage.secret, .pending) == nil)
        }
    }

    /// `RotateSecret` without rotating at once: Secrets Manager API reference, `RotateImmediately`.
    @Test("the test that Secrets Manager makes when a rotation is scheduled, with the current value, succeeds")
    func scheduled() throws {
        try withDatabase { database in
            let stage = try RotationStage(database)
            let token = stage.begin()
            let current = try #require(stage.secrets.value(RotationStage.secret, .current))
            stage.secrets.state.withLock { $0.secrets[RotationStage.secret]?[token]?.value = Array(current.utf8) }
            #expect(try stage.step(.test, token) == true)
            #expect(stage.secrets.version(RotationStage.secret, .current) == "first")
        }
    }

    @Test("neither statements nor the server's log nor an error hold a password of a rotation")
    func rotationSecrecy() throws {
        try withDatabase { database in
            let stage = try RotationStage(database)
            let token = stage.begin()
            for step in RotationStage.steps { try stage.step(step, token) }
            let log = try stage.server.log()
            #expect(log.contains("alter role nerdwork_loyalty login password 'SCRAM-SHA-256$4096:"))
            for text in [try stage.password(.current), try stage.password(.previous)] {
                #expect(!log.contains(try #require(text)))
            }
        }
    }
}
