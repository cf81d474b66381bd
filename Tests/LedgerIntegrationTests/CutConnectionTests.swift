import Ledger
import PostgresClient
import TestSupport
import Testing

@Suite("A connection that is cut during a posting")
struct CutConnectionTests {
    @Test(
        "at any message of either side leaves it made or not made, and the repetition makes it once",
        arguments: FaultProxy.Side.allCases)
    func cut(side: FaultProxy.Side) throws {
        try withDatabase { database in
            let proxy = try FaultProxy(to: database.server)
            defer { proxy.stop() }
            let configuration = proxy.through(try database.configuration(as: "nerdwork_loyalty"))
            let other = try database.connect()
            var number: UInt64 = 0
            var wasCut = true
            while wasCut {
                number += 1
                try #require(number < 100, "the fault never ran out of messages")
                let connection = try PostgresConnection(configuration, timeoutMilliseconds: 60_000)
                proxy.arm(.cut(side, after: Int(number) - 1))
                let reward = try posting(number, ["treasury": -1, "wallet:a": 1])
                let answer = try? connection.post(reward)
                wasCut = !proxy.isArmed
                proxy.arm(nil)
                let again = try other.post(reward)
                let balances = [-Int64(number), Int64(number)]
                #expect(again == .posted(balances: balances, replayed: again.isReplayed), "message \(number)")
                // What was acknowledged is there.
                if answer != nil { #expect(again.isReplayed, "message \(number)") }
                #expect(wasCut || answer == .posted(balances: balances, replayed: false))
            }
            #expect(number > 3)
        }
    }
}
