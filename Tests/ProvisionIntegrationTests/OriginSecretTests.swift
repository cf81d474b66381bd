import AWSClient
import Codecs
import StrictJSON
import Synchronization
import TestSupport
import Testing

@testable import ProvisionService

/// The secret of the front door, on its way through rotations and deployments; no database is there.
private struct FrontDoorStage {
    let secrets = SecretsStandIn()
    private let settings: ProvisionSettings

    init() throws {
        let variables = [
            "PGHOST": "/nonexistent", "PGDATABASE": "x", "PGUSER": "x", "ORIGIN_SECRET_ARN": RotationStage.origin,
        ]
        settings = try ProvisionSettings { variables[$0] }
        secrets.create(RotationStage.origin, "the first one, of thirty-two characters")
    }

    func run(_ task: ProvisionTask) throws -> ProvisionReport {
        let places = ProvisionPlaces(keys: { _ in KeyPlacesStandIn().places }, secrets: secrets.versions)
        return try Provisioner(settings, milliseconds: 60_000, places: places).run(task)
    }

    func begin(_ number: Int) -> String {
        let token = "00000000-0000-4000-8000-00000000000\(number)"
        secrets.beginRotation(RotationStage.origin, token)
        return token
    }

    func step(_ step: RotationRequest.Step, _ token: String) throws {
        _ = try run(.secret(RotationRequest(step, secret: RotationStage.origin, token: token)))
    }

    func rotate(_ number: Int) throws {
        let token = begin(number)
        for one in RotationStage.steps { try step(one, token) }
    }

    func version(_ stage: SecretStage) -> String? { secrets.version(RotationStage.origin, stage) }
}

@Suite("The secret of the front door")
struct OriginSecretTests {
    @Test("rotates without the database, each time to another header value, with a deployment in between")
    func rotations() throws {
        let stage = try FrontDoorStage()
        var values: Set<String> = []
        for number in 1...3 {
            let deployed = try #require(stage.version(.current))
            #expect(try stage.run(.shown(version: deployed)).isShownChanged == true)
            #expect(try stage.run(.shown(version: deployed)).isShownChanged == false, "again")
            let before = stage.secrets.value(RotationStage.origin, .current)
            try stage.rotate(number)
            #expect(stage.version(.previous) == deployed)
            #expect(stage.secrets.value(RotationStage.origin, .previous) == before)
            values.insert(try #require(stage.secrets.value(RotationStage.origin, .current)))
        }
        #expect(values.count == 3)
        #expect(values.allSatisfy { $0.wholeMatch(of: /[A-Za-z0-9_-]{40}/) != nil })
    }

    @Test("a second rotation before CloudFront shows the current version is refused, and changes nothing")
    func twice() throws {
        let stage = try FrontDoorStage()
        func expectRefused(_ number: Int, _ why: Comment) throws {
            let before = [stage.version(.current), stage.version(.previous)]
            let token = stage.begin(number)
            let error = #expect(throws: ProvisionError.self, why) { try stage.step(.create, token) }
            guard case .rotation(let reason) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(reason.contains("CloudFront") && reason.contains("deployment"))
            // Somebody who gives it a value all the same gets no further.
            stage.secrets.state.withLock {
                $0.secrets[RotationStage.origin]?[token]?.value = Array(repeating: 65, count: 40)
            }
            #expect(throws: ProvisionError.self, why) { try stage.step(.finish, token) }
            #expect([stage.version(.current), stage.version(.previous)] == before, why)
        }
        try expectRefused(1, "nobody has said what CloudFront shows")
        #expect(try stage.run(.shown(version: "first")).isShownChanged == true)
        try stage.rotate(2)
        // What CloudFront shows is the version before: still taken, and not to be lost.
        #expect(stage.version(.shown) == "first" && stage.version(.previous) == "first")
        try expectRefused(3, "CloudFront shows the version before")
        let current = try #require(stage.version(.current))
        #expect(try stage.run(.shown(version: current)).isShownChanged == true)
        try stage.rotate(4)
        #expect(stage.version(.previous) == current)
    }

    @Test("a deployment that is rolled back takes the label back with it")
    func rollback() throws {
        let stage = try FrontDoorStage()
        _ = try stage.run(.shown(version: "first"))
        try stage.rotate(1)
        let current = try #require(stage.version(.current))
        _ = try stage.run(.shown(version: current))
        _ = try stage.run(.shown(version: "first"))
        #expect(stage.version(.shown) == "first")
        let token = stage.begin(2)
        #expect(throws: ProvisionError.self) { try stage.step(.create, token) }
    }

    @Test("whoever says what CloudFront shows without naming a secret is told which variable is missing")
    func unset() throws {
        let settings = try ProvisionSettings { ["PGHOST": "/x", "PGDATABASE": "x", "PGUSER": "x"][$0] }
        let places = ProvisionPlaces(
            keys: { _ in KeyPlacesStandIn().places }, secrets: SecretsStandIn().versions)
        let error = #expect(throws: ProvisionError.self) {
            try Provisioner(settings, places: places).run(.shown(version: "first"))
        }
        #expect(error == .variable("ORIGIN_SECRET_ARN", "is not set"))
    }

    /// moto's Secrets Manager, which makes the rules of labels count.
    @Test("with moto: the label follows what CloudFront shows, and a rotation leaves it where it is")
    func inTheCloud() throws {
        let moto = try MotoServer.unguarded()
        let name = "origin-\(UInt64.random(in: 0 ... .max))"
        let value = String(repeating: "v", count: 40)
        let arn = try SecretsInMoto.call(moto, "CreateSecret", #"{"Name":"\#(name)","SecretString":"\#(value)"}"#)
            .member("ARN").string()
        let variables = [
            "AWS_ENDPOINT_URL": moto.url, "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test", "PGHOST": "/nonexistent", "PGDATABASE": "x", "PGUSER": "x",
            "ORIGIN_SECRET_ARN": arn,
        ]
        let settings = try ProvisionSettings { variables[$0] }
        func run(_ task: ProvisionTask) throws -> ProvisionReport {
            try Provisioner.run(settings, task, environment: { variables[$0] }, milliseconds: 60_000)
        }
        let secrets = ProvisionPlaces.aws(environment: { variables[$0] }, deadline: nil).secrets
        let origin = OriginSecret(id: arn, versions: secrets)
        func step(_ step: RotationRequest.Step, _ token: String) throws {
            _ = try run(.secret(RotationRequest(step, secret: arn, token: token)))
        }
        let first = try origin.currentVersion()
        _ = try run(.shown(version: first))
        let second = try SecretsInMoto.beginRotation(of: arn, moto)
        for one in RotationStage.steps { try step(one, second) }
        #expect(try origin.currentVersion() == second)
        #expect(try secrets.describe(arn).version(at: .shown)?.id == first)
        #expect(throws: ProvisionError.self) { try origin.demandShown() }
        _ = try run(.shown(version: second))
        #expect(try secrets.describe(arn).version(at: .shown)?.id == second)
        try origin.demandShown()
    }
}
