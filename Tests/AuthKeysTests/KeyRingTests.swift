import AuthKeys
import Codecs
import JSONWebToken
import Testing

@Suite("The ring of keys")
struct KeyRingTests {
    /// A store and a clock that the test moves.
    private final class Store {
        var now = Samples.start
        var bytes: [UInt8]?
        var calls = 0
        var deadline: Timestamp?

        func ring() -> KeyRing {
            KeyRing(
                secret: { [self] deadline in
                    calls += 1
                    self.deadline = deadline
                    guard let bytes else { throw AuthKeyError.unavailable }
                    return bytes
                }, now: { [self] in now })
        }
    }

    private func rotated(_ document: AuthKeyDocument) throws -> AuthKeyDocument {
        let waiting = document.markedPublished(now: Samples.start) ?? document
        return try KeyRotation.advance(waiting, now: Samples.start.later(91 * Samples.day)) { Samples.pairs[2] }
            .document
    }

    @Test("asks once in five minutes, and has a rotation then, without a restart")
    func rotation() throws {
        let (store, first) = (Store(), try Samples.document())
        store.bytes = first.json
        let ring = store.ring()
        #expect(try ring.current().kid == first.active?.kid)
        let second = try rotated(first)
        store.bytes = second.json
        store.now = store.now.later(KeyRing.lifetimeMilliseconds - 1)
        #expect(try ring.current().kid == first.active?.kid)
        #expect(store.calls == 1)
        store.now = store.now.later(1)
        #expect(try ring.current().kid == second.active?.kid)
        #expect(store.calls == 2 && second.active?.kid != first.active?.kid)
        #expect(try ring.current().published.keys.count == 3)
    }

    @Test("waits as long as it may for its first keys, and not for newer ones")
    func renewal() throws {
        let store = Store()
        store.bytes = try Samples.document().json
        let ring = store.ring()
        _ = try ring.current(deadline: store.now.later(20_000))
        #expect(store.deadline == store.now.later(20_000))
        store.now = store.now.later(KeyRing.lifetimeMilliseconds)
        _ = try ring.current(deadline: store.now.later(20_000))
        #expect(store.deadline == store.now.later(KeyRing.renewalMilliseconds))
        store.now = store.now.later(KeyRing.lifetimeMilliseconds)
        _ = try ring.current(deadline: store.now.later(1_000))
        #expect(store.deadline == store.now.later(1_000))
    }

    @Test("makes nothing with a new root before every other ring knows it")
    func newRoot() throws {
        let (store, first) = (Store(), try Samples.document())
        store.bytes = first.json
        let ring = store.ring()
        #expect(try ring.current().roots.currentID == 1)
        let added = Samples.start.later(2 * Samples.hour)
        store.bytes = try KeyRotation.advance(first, .newRoot, now: added).document.json
        store.now = added.later(KeyRotation.publicationMilliseconds - 1)
        #expect(try ring.current().roots.currentID == 1)
        #expect(try ring.current().roots.ids == [2, 1])
        #expect(try store.ring().current().roots.currentID == 1)
        store.now = store.now.later(KeyRing.lifetimeMilliseconds)
        #expect(try ring.current().roots.currentID == 2)
        #expect(try store.ring().current().roots.currentID == 2)
    }

    @Test("remembers without asking")
    func remembered() throws {
        let store = Store()
        store.bytes = try Samples.document().json
        let ring = store.ring()
        #expect(ring.remembered == nil && store.calls == 0)
        #expect(ring.refreshIfOld() == nil)
        store.now = store.now.later(365 * Samples.day)
        #expect(ring.remembered != nil && store.calls == 1)
    }

    @Test("goes on with its keys for a day while the store fails, asking every ten seconds")
    func outage() throws {
        let (store, document) = (Store(), try Samples.document())
        store.bytes = document.json
        let ring = store.ring()
        _ = try ring.current()
        store.bytes = nil
        store.now = store.now.later(KeyRing.lifetimeMilliseconds)
        for _ in 0..<5 { #expect(try ring.current().kid == document.active?.kid) }
        #expect(store.calls == 2)
        store.now = store.now.later(KeyRing.pauseMilliseconds)
        #expect(ring.refreshIfOld() == .unavailable)
        #expect(store.calls == 3)
        store.now = Samples.start.later(KeyRotation.staleMilliseconds - 1)
        #expect(try ring.current().kid == document.active?.kid)
        store.now = Samples.start.later(KeyRotation.staleMilliseconds)
        #expect(throws: AuthKeyError.unavailable) { try ring.current() }
        store.bytes = document.json
        store.now = store.now.later(KeyRing.pauseMilliseconds)
        #expect(try ring.current().kid == document.active?.kid)
    }

    @Test("has no keys while nothing usable is stored, and takes them once there are")
    func nothing() throws {
        let store = Store()
        let ring = store.ring()
        #expect(throws: AuthKeyError.unavailable) { try ring.current() }
        store.now = store.now.later(KeyRing.pauseMilliseconds)
        store.bytes = Array("{}".utf8)
        #expect(throws: AuthKeyError.empty) { try ring.current() }
        #expect(ring.remembered == nil)
        store.now = store.now.later(KeyRing.pauseMilliseconds)
        store.bytes = try Samples.document().json
        #expect(try ring.current().published.keys.count == 2)
    }

    @Test("keeps its keys where the stored ones become unreadable")
    func malformed() throws {
        let (store, document) = (Store(), try Samples.document())
        store.bytes = document.json
        let ring = store.ring()
        _ = try ring.current()
        store.bytes = Array("[]".utf8)
        store.now = store.now.later(KeyRing.lifetimeMilliseconds)
        #expect(try ring.current().kid == document.active?.kid)
    }

    @Test("asks again after the clock was set back")
    func clock() throws {
        let store = Store()
        store.bytes = try Samples.document().json
        let ring = store.ring()
        _ = try ring.current()
        store.now = store.now.later(-1)
        _ = try ring.current()
        #expect(store.calls == 2)
        store.bytes = nil
        store.now = store.now.later(-1)
        _ = try ring.current()
        #expect(store.calls == 3)
    }

    @Test("of a document has its keys for ever")
    func fixed() throws {
        let document = try Samples.document()
        let ring = try KeyRing(document: document)
        #expect(try ring.current().kid == document.active?.kid)
        #expect(ring.remembered != nil)
    }
}
