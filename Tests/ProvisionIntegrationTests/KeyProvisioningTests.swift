import AWSClient
import AuthKeys
import Codecs
import Cryptography
import JSONWebToken
import PostgresClient
import StrictJSON
import Synchronization
import TestSupport
import Testing

@testable import ProvisionService

@Suite("Provisioning the keys, on a real database,")
struct KeyProvisioningTests {
    private func withStage(_ body: (KeyStage) throws -> Void) throws {
        try withDatabase { try body(KeyStage($0)) }
    }

    /// Everybody says the same, and nothing is left to do.
    private func expectRest(_ stage: KeyStage, _ comment: Comment? = nil) throws {
        let document = try stage.document()
        #expect(try stage.table() == stage.expectedTable(), comment)
        let objects = stage.standIn.now.objects
        #expect(objects[".well-known/jwks.json"]?.body == (try document.keySet.json), comment)
        #expect(objects.count == 2, comment)
        #expect(document.published.allSatisfy { $0.publishedAt != nil }, comment)
        let stores = stage.standIn.now.stores
        #expect(try stage.run().changes.isEmpty, comment)
        #expect(stage.standIn.now.stores == stores, comment)
    }

    @Test("makes them where there are none: in the secret, in the table, in the bucket")
    func first() throws {
        try withStage { stage in
            let report = try stage.run()
            #expect(report.changes == [.addRoot, .generate(.active), .generate(.next)])
            #expect(report.published == 2)
            try expectRest(stage)
            let objects = stage.standIn.now.objects
            let keys = try #require(objects[".well-known/jwks.json"])
            #expect(keys.contentType == "application/json" && keys.cacheControl == "public, max-age=600")
            #expect(try JSONWebKeySet(parsing: keys.body).keys.map(\.kid).first == report.active)
            let configuration = try #require(objects[".well-known/openid-configuration"])
            #expect(configuration.contentType == "application/json")
            #expect(configuration.cacheControl == "public, max-age=600")
            let root = try JSONDocument(parsing: configuration.body).root
            #expect(root["issuer"]?.matches("https://issuer.test") == true)
            #expect(root["jwks_uri"]?.matches("https://issuer.test/.well-known/jwks.json") == true)
        }
    }

    @Test("other functions read the active key first, and nothing of the private halves is in the database")
    func published() throws {
        try withStage { stage in
            let report = try stage.run()
            let reader = try stage.database.connect(as: "nerdwork_loyalty")
            let rows = try reader.query("select kid, modulus, exponent from auth.published_keys()")
            #expect(rows.count == 2)
            #expect(try rows.first?.decode("kid", as: String.self) == report.active)
            let columns = try stage.connection.query(
                """
                select string_agg(column_name, ',' order by column_name) as names from information_schema.columns
                where table_schema = 'auth' and table_name = 'signing_keys'
                """
            ).only().decode("names", as: String.self)
            #expect(columns == "activated_at,created_at,exponent,kid,modulus,published_at,retired_at,state")
        }
    }

    @Test("rotates, revokes and forgets everywhere")
    func life() throws {
        try withStage { stage in
            let first = try stage.run().active
            stage.pass(90 * KeyStage.day)
            let second = try stage.run()
            #expect(second.active != first && second.published == 3)
            try expectRest(stage)
            let third = try stage.run(.revoke(kid: second.active))
            #expect(third.active != second.active && third.published == 3)
            try expectRest(stage)
            let listed = try stage.connection.query("select kid from auth.published_keys()").map {
                try $0.decode("kid", as: String.self)
            }
            #expect(!listed.contains(second.active) && listed.contains(first))
            stage.pass(2 * KeyStage.day)
            #expect(try stage.run().changes == [.drop(kid: first)])
            try expectRest(stage)
            stage.pass(KeyStage.day)
            #expect(try stage.run(.newRoot).changes == [.addRoot])
            #expect(try stage.document().roots.map(\.id) == [1, 2])
            #expect(throws: AuthKeyError.unknownKey) { try stage.run(.revoke(kid: first)) }
            try expectRest(stage)
        }
    }

    enum Situation: String, CaseIterable, Sendable {
        case first, rotation, revocation, newRoot, forgetting
    }

    static let cuts = (1...5).flatMap { call in
        [false, true].map { KeyPlacesStandIn.Cut(call: call, isAfter: $0) }
    }

    @Test("a run that is cut off anywhere is completed by the next one", arguments: Situation.allCases, cuts)
    func cutOff(situation: Situation, cut: KeyPlacesStandIn.Cut) throws {
        try withStage { stage in
            let wish = try prepare(stage, situation)
            stage.standIn.cut(cut)
            let outcome = Result { try stage.run(wish) }
            if case .failure(let error) = outcome { #expect(error is KeyPlacesStandIn.WasCut) }
            // Whatever was stored is whole.
            if stage.standIn.now.secret != nil { _ = try stage.document() }
            stage.standIn.cut(nil)
            stage.pass(1_000)
            try stage.run(wish)
            try expectRest(stage, "\(situation) \(cut)")
            try expectFulfilled(stage, situation)
        }
    }

    private func prepare(_ stage: KeyStage, _ situation: Situation) throws -> KeyRotation.Wish {
        guard situation != .first else { return .nothing }
        let active = try stage.run().active
        stage.pass(KeyStage.day)
        switch situation {
        case .first: break
        case .newRoot: return .newRoot
        case .revocation: return .revoke(kid: active)
        case .rotation: stage.pass(90 * KeyStage.day)
        case .forgetting:
            stage.pass(90 * KeyStage.day)
            try stage.run()
            stage.pass(2 * KeyStage.day)
        }
        return .nothing
    }

    private func expectFulfilled(_ stage: KeyStage, _ situation: Situation) throws {
        let states = try stage.document().signing.map(\.state)
        switch situation {
        case .first, .newRoot, .forgetting: #expect(states.sorted() == ["active", "next"])
        case .rotation: #expect(states.sorted() == ["active", "next", "retired"])
        case .revocation: #expect(states.sorted() == ["active", "next", "revoked"])
        }
        #expect(try stage.document().roots.count == (situation == .newRoot ? 2 : 1))
    }

    @Test("several runs at once wait for each other and make one set of keys")
    func concurrent() throws {
        try withDatabase { database in
            let standIn = KeyPlacesStandIn()
            _ = KeyStage.pairs
            let failures = Mutex<[String]>([])
            concurrently(6) { _ in
                do {
                    let connection = try database.connect()
                    _ = try KeyProvisioning(
                        connection: connection, places: standIn.places, issuer: KeyStage.issuer,
                        now: { Timestamp(millisecondsSince1970: 1_790_000_000_000) }
                    ).run(.nothing)
                } catch {
                    failures.withLock { $0.append("\(error)") }
                }
            }
            #expect(failures.withLock { $0 } == [])
            #expect(standIn.now.stores == 2)
            let document = try AuthKeyDocument(parsing: standIn.now.secret ?? [])
            #expect(document.signing.count == 2)
        }
    }

    @Test("a secret that was emptied or swapped is not filled anew, because every password would be lost")
    func lost() throws {
        try withStage { stage in
            try stage.run()
            let kept = stage.standIn.now.secret
            for text in [nil, Array("{}".utf8)] {
                stage.standIn.state.withLock { $0.secret = text }
                #expect(throws: ProvisionError.keysLost) { try stage.run() }
                #expect(stage.standIn.now.secret == text)
            }
            var pairs = KeyStage.pairs.suffix(2)
            let other = try KeyRotation.advance(.empty, now: stage.now) { pairs.removeLast() }
            stage.standIn.state.withLock { $0.secret = other.document.json }
            #expect(throws: ProvisionError.keysLost) { try stage.run() }
            stage.standIn.state.withLock { $0.secret = kept }
            try expectRest(stage)
        }
    }

    @Test("a secret that cannot be read is left as it is", arguments: ["", "[]", "{\"version\":2}", "nonsense"])
    func malformed(text: String) throws {
        try withStage { stage in
            stage.standIn.state.withLock { $0.secret = Array(text.utf8) }
            #expect(throws: AuthKeyError.self) { try stage.run() }
            #expect(stage.standIn.now.secret == Array(text.utf8) && stage.standIn.now.stores == 0)
        }
    }

    @Test("nothing is stored once the session with the lock is lost")
    func lostSession() throws {
        try withStage { stage in
            var places = stage.standIn.places
            let fetch = places.fetch
            let process = try stage.connection.query("select pg_backend_pid() as pid").only().decode(
                "pid", as: Int32.self)
            let other = try stage.database.connect()
            places.fetch = {
                _ = try other.query("select pg_terminate_backend(\(process))")
                return try fetch()
            }
            #expect(throws: DatabaseError.self) { try stage.run(places: places) }
            #expect(stage.standIn.now.stores == 0 && stage.standIn.now.secret == nil)
        }
    }

    @Test("neither the report nor a failure tells a secret")
    func silence() throws {
        try withStage { stage in
            let report = ProvisionReport(keys: try stage.run())
            let document = try stage.document()
            let secrets =
                document.roots.map { Base64.encode($0.secret.revealed(), alphabet: .url) }
                + document.signing.compactMap { $0.privateKey.map { Base64.encode($0.revealed(), alphabet: .url) } }
            #expect(secrets.count == 3)
            var dumped = report.json.text + report.lines.joined()
            dump(report, to: &dumped)
            dumped += FailureReason.text(for: AuthKeyError.malformed(place: "x")) + "\(document)"
            for secret in secrets { #expect(!dumped.contains(secret.prefix(16))) }
        }
    }
}

extension [AuthKeyDocument.State] {
    fileprivate func sorted() -> [String] { map(\.rawValue).sorted() }
}
