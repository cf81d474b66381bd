import Codecs
import PostgresClient
import ServiceKit
import StrictJSON
import TestSupport
import Testing

@testable import WalletService

extension WalletPlay {
    func reading() throws {
        try expect(200, "", "GET", "/wallet")
        try expect(200, "", "GET", "/wallet/statement")
        try expect(200, "", "GET", "/wallet/statement", nil, .init(accept: "text/csv"))
        let wrong = [("limit=0", "invalid_parameter"), ("cursor=A", "invalid_cursor"), ("limit=%zz", "invalid_query")]
        for (query, code) in wrong { try expect(400, code, "GET", "/wallet/statement", nil, .init(query: query)) }
    }

    /// What every writing operation is asked, by rule.
    func keysAndBodies() throws {
        for operation in operations where operation.method == "POST" {
            let body = Self.bodies[operation.name]
            try expect(400, "idempotency_key_required", "POST", path(operation), body, caller(operation, key: nil))
            try expect(400, "invalid_idempotency_key", "POST", path(operation), body, caller(operation, key: " "))
            guard operation.takesJSON else { continue }
            let bodies: [(String, Int64, String)] = [
                ("{", 400, "malformed_json"), (#"{"a":1,"a":1}"#, 400, "duplicate_member"), ("", 400, "missing_body"),
                (String(repeating: " ", count: 8_192) + "{}", 413, "body_too_large"),
                (#"{"nobody_knows_this":1}"#, 422, "unknown_member"), ("[]", 422, "invalid_member"),
                ("{}", 422, "missing_member"),
            ]
            for (body, status, code) in bodies {
                try expect(status, code, "POST", path(operation), body, caller(operation, key: freshKey()))
            }
            var plain = caller(operation, key: freshKey())
            plain.contentType = "text/plain"
            try expect(415, "unsupported_media_type", "POST", path(operation), "{}", plain)
            var broken = caller(operation, key: freshKey())
            broken.appended = [0xFF]
            try expect(400, "invalid_encoding", "POST", path(operation), #"{"a":""#, broken)
        }
    }

    func payments() throws {
        let (grace, carla) = (WalletHarness.grace, WalletHarness.carla)
        for (path, good, poor, closed) in [
            ("/wallet/transfers", Body.tip(1, to: grace), Body.tip(99_999, to: grace), Body.tip(1, to: Self.closed)),
            (
                "/wallet/purchases", Body.purchase(10, from: carla), Body.purchase(99_999, from: carla),
                Body.purchase(1, from: Self.closed)
            ),
        ] {
            let key = freshKey()
            try expect(201, "", "POST", path, good, .init(key: key))
            try expect(422, "idempotency_key_reused", "POST", path, poor, .init(key: key))
            try expect(409, "insufficient_funds", "POST", path, poor)
            try expect(409, "account_closed", "POST", path, closed)
        }
        try expect(422, "unknown_recipient", "POST", "/wallet/transfers", Body.tip(1, to: WalletHarness.user(99)))
        try expect(422, "self_transfer", "POST", "/wallet/transfers", Body.tip(1, to: WalletHarness.ada))
        for (path, body) in [
            ("/wallet/purchases", Body.purchase(1, from: grace)), ("/wallet/holds", Body.hold(1, for: grace)),
        ] {
            try expect(422, "unknown_creator", "POST", path, body)
        }
        let own = WalletHarness.ada
        for (path, body) in [
            ("/wallet/purchases", Body.purchase(1, from: own)), ("/wallet/holds", Body.hold(1, for: own)),
        ] {
            try expect(422, "self_transfer", "POST", path, body)
        }
        try refusedTip()
    }

    /// A rule that blocks: tips back to who gave before.
    private func refusedTip() throws {
        let (first, second) = (WalletHarness.user(30), WalletHarness.user(31))
        try wallet.add(first)
        try wallet.add(second)
        try wallet.grant(10, to: first)
        _ = try wallet.database.connect().query("update ledger.signal_rules set action = 1 where kind = 5")
        try expect(201, "", "POST", "/wallet/transfers", Body.tip(5, to: second), .init(user: first, key: freshKey()))
        try expect(
            409, "transfer_refused", "POST", "/wallet/transfers", Body.tip(5, to: first),
            .init(user: second, key: freshKey()))
    }

    func reversals() throws {
        func reverse(_ id: String, _ status: Int64, _ code: String = "", key: String? = nil) throws {
            let key = key ?? freshKey()
            try expect(
                status, code, "POST", "/wallet/transactions/\(id)/reversal", Body.reason,
                .operating(Self.boss, key: key))
        }
        let granted = try wallet.grant(5, to: WalletHarness.carla).description
        let key = freshKey()
        try reverse(granted, 201, key: key)
        try reverse(granted, 409, "already_reversed")
        try reverse(WalletHarness.user(70).description, 404, "not_found")
        try reverse(WalletHarness.user(70).description, 422, "idempotency_key_reused", key: key)
        let spent = WalletHarness.user(12)
        try wallet.add(spent)
        let gone = try wallet.grant(5, to: spent).description
        try expect(
            201, "", "POST", "/wallet/transfers", Body.tip(5, to: WalletHarness.ada),
            .init(user: spent, key: freshKey()))
        try reverse(gone, 409, "insufficient_funds")
        let toClosed = try wallet.database.connect().query(
            """
            select e.transaction_id::text as id from ledger.entries e join ledger.accounts a on a.account_id = e.account_id
            where a.reference = \("wallet:\(Self.closed)")
            """
        ).only()
        try reverse(try toClosed.decode("id"), 409, "account_closed")
    }

    func holds() throws {
        let carla = WalletHarness.carla
        let key = freshKey()
        let first = try expect(201, "", "POST", "/wallet/holds", Body.hold(10, for: carla), .init(key: key)).text(
            "holdId")
        try expect(422, "idempotency_key_reused", "POST", "/wallet/holds", Body.hold(11, for: carla), .init(key: key))
        try expect(409, "insufficient_funds", "POST", "/wallet/holds", Body.hold(99_999, for: carla))
        try expect(
            409, "account_closed", "POST", "/wallet/holds", Body.hold(1, for: carla),
            .init(user: Self.closed, key: freshKey()))
        try expect(200, "", "GET", "/wallet/holds/\(first)")
        for (end, body) in [("capture", Body.amount(4)), ("release", nil)] {
            let hold = end == "capture" ? first : try openHold(carla)
            let path = "/wallet/holds/\(hold)/\(end)"
            func by(_ user: UUID, _ key: String? = nil) -> WalletHarness.Request {
                .init(user: user, key: key ?? freshKey())
            }
            try expect(403, "forbidden", "POST", path, body, by(WalletHarness.ada))
            try expect(403, "insufficient_aal", "POST", path, body, .operating(Self.weak, key: freshKey()))
            try expect(
                403, "step_up_required", "POST", path, body, .operating(Self.boss, key: freshKey(), proofAge: 301))
            try expect(404, "not_found", "POST", path, body, by(WalletHarness.grace))
            if end == "capture" { try expect(422, "amount_exceeds_hold", "POST", path, Body.amount(11), by(carla)) }
            let key = freshKey()
            try expect(200, "", "POST", path, body, by(carla, key))
            let other = "/wallet/holds/\(WalletHarness.user(70))/\(end)"
            try expect(422, "idempotency_key_reused", "POST", other, body, by(carla, key))
            try expect(200, "", "GET", "/wallet/holds/\(hold)")
            let resolved = end == "capture" ? try releasedHold(carla) : first
            try expect(409, "hold_resolved", "POST", "/wallet/holds/\(resolved)/\(end)", body, by(carla))
            let old = try openHold(carla)
            _ = try wallet.database.connect().query(
                """
                update ledger.holds set created_at = now() - interval '8 days', expires_at = now() - interval '1 second'
                where hold_id = \(try #require(UUID(old)))
                """)
            try expect(409, "hold_expired", "POST", "/wallet/holds/\(old)/\(end)", body, by(carla))
        }
        let shut = try openHold(Self.closed)
        try expect(
            409, "account_closed", "POST", "/wallet/holds/\(shut)/capture", Body.amount(1),
            .operating(Self.boss, key: freshKey()))
        try expect(404, "not_found", "GET", "/wallet/holds/\(first)", nil, .init(user: WalletHarness.grace))
        try expect(403, "forbidden", "GET", "/wallet/holds/\(first)", nil, .operating(WalletHarness.grace))
        try expect(403, "insufficient_aal", "GET", "/wallet/holds/\(first)", nil, .operating(Self.weak))
    }

    private func openHold(_ creator: UUID) throws -> String {
        try expect(201, "", "POST", "/wallet/holds", Body.hold(5, for: creator)).text("holdId")
    }

    private func releasedHold(_ creator: UUID) throws -> String {
        let hold = try openHold(creator)
        let request = WalletHarness.Request(user: creator, key: freshKey())
        return try expect(200, "", "POST", "/wallet/holds/\(hold)/release", nil, request).text("holdId")
    }

    func strangers() throws {
        for operation in operations {
            try expect(
                401, "unauthenticated", operation.method, path(operation), Self.bodies[operation.name],
                .init(user: nil, key: freshKey()))
        }
        let path = "/wallet/transactions/\(WalletHarness.user(70))/reversal"
        try expect(403, "forbidden", "POST", path, Body.reason)
        try expect(403, "insufficient_aal", "POST", path, Body.reason, .operating(Self.weak, key: freshKey()))
        try expect(
            403, "step_up_required", "POST", path, Body.reason, .operating(Self.boss, key: freshKey(), proofAge: 301))
    }

    /// A database that is not there.
    func unavailable() throws {
        var nowhere = try wallet.database.configuration(as: "nerdwork_wallet")
        nowhere.hosts = ["/nonexistent"]
        let down = try WalletHarness(wallet.database, session: Database(nowhere))
        for operation in operations {
            try expect(
                503, "unavailable", operation.method, path(operation), Self.bodies[operation.name],
                caller(operation, key: freshKey()), on: down)
        }
    }
}
