import Codecs
import LedgerAuditService
import LedgerEvidence
import PostgresClient
import StrictJSON
import TestSupport
import Testing

@testable import WalletService

@Suite("GET /wallet/proof")
struct ProofRouteTests {
    private typealias Harness = WalletHarness

    private func night(_ wallet: Harness, run: Int64) throws -> RootRecord {
        let connection = try wallet.database.connect()
        let result = Audit.run(.incremental, connection)
        try AuditStore.save(result, id: "\(run)", at: Harness.noon, connection)
        return try #require(
            try Evidence.record(run: 1_000 + run, deferredTotal: "0", connection, anchors: nil).root, "\(result)")
    }

    @Test("Answers the caller's own path, which proves the balance of the last night")
    func proof() throws {
        try Harness.withPeople { wallet in
            let early = try wallet.get("/wallet/proof")
            #expect(early.status == 404 && early.code == "proof_not_ready")
            try wallet.grant(7, to: Harness.grace)
            let record = try night(wallet, run: 1)
            try wallet.grant(50, to: Harness.ada)
            var accounts: Set<Int64> = []
            for (user, balance) in [(Harness.ada, 100), (Harness.grace, 7)] as [(UUID, Int64)] {
                let answer = try wallet.get("/wallet/proof", as: user)
                #expect(answer.status == 200)
                let proof = try Proof(parsing: answer.body)
                try proof.verify()
                #expect(proof.leaf.balance == balance && proof.record == record)
                accounts.insert(proof.leaf.account)
            }
            #expect(accounts.count == 2)
            // Her wallet is younger than the root.
            let carla = try wallet.get("/wallet/proof", as: Harness.carla)
            #expect(carla.status == 404 && carla.code == "proof_not_ready")
            let nobody = try wallet.call("GET", "/wallet/proof", nil, Harness.Request(user: nil))
            #expect(nobody.status == 401)
        }
    }
}
