import AWSClient
import Codecs
import TestSupport
import Testing

@Suite("Kept secrets")
struct SecretCacheTests {
    private func value(_ text: String) -> ScriptedService.Step { .answer(200, #"{"SecretString":"\#(text)"}"#) }

    private func cache(_ service: ScriptedService, _ time: TestTime) -> SecretCache {
        SecretCache(client(service, time), lifetimeMilliseconds: 300_000, now: { time.now })
    }

    @Test("A value is kept for its lifetime; each secret and stage by itself")
    func lifetime() throws {
        let service = try ScriptedService([value("a"), value("b"), value("c"), value("d")])
        let time = TestTime()
        let cache = cache(service, time)
        #expect(try cache.value("x", call: AWSCall()) == Array("a".utf8))
        #expect(try cache.value("y", call: AWSCall()) == Array("b".utf8))
        #expect(try cache.previous("x", call: AWSCall()) == Array("c".utf8))
        time.now = time.now.advanced(byMilliseconds: 299_999)
        #expect(try cache.value("x", call: AWSCall()) == Array("a".utf8))
        time.now = time.now.advanced(byMilliseconds: 1)
        #expect(try cache.value("x", call: AWSCall()) == Array("d".utf8))
        let stages = service.received.map { $0.text.contains("AWSPREVIOUS") }
        #expect(stages == [false, false, true, false])
    }

    @Test("A refused value is fetched anew, at most once in ten seconds")
    func refreshed() throws {
        let service = try ScriptedService([value("a"), value("b")])
        let time = TestTime()
        let cache = cache(service, time)
        #expect(try cache.value("x", call: AWSCall()) == Array("a".utf8))
        #expect(try cache.refreshed("x", call: AWSCall()) == Array("a".utf8), "it was fetched just now")
        time.now = time.now.advanced(byMilliseconds: 10_000)
        #expect(try cache.refreshed("x", call: AWSCall()) == Array("b".utf8))
        #expect(try cache.refreshed("x", call: AWSCall()) == Array("b".utf8))
        #expect(try cache.value("x", call: AWSCall()) == Array("b".utf8))
        #expect(service.received.count == 2)
    }

    @Test("While the service is down the old value is used, and the service asked now and then")
    func outage() throws {
        let service = try ScriptedService([value("a"), .answer(400, #"{"__type":"ThrottlingException"}"#)])
        let time = TestTime()
        time.jitter = 0
        let cache = cache(service, time)
        #expect(try cache.value("x", call: AWSCall()) == Array("a".utf8))
        time.now = time.now.advanced(byMilliseconds: 300_000)
        for _ in 0..<3 { #expect(try cache.value("x", call: AWSCall()) == Array("a".utf8)) }
        #expect(service.received.count == 1 + 3, "three attempts of one call")
        time.now = time.now.advanced(byMilliseconds: 10_000)
        #expect(try cache.value("x", call: AWSCall()) == Array("a".utf8))
        #expect(service.received.count == 1 + 6)
    }

    @Test("A secret that is gone or forbidden is an error even where an old value is kept")
    func gone() throws {
        let service = try ScriptedService([value("a"), .answer(400, #"{"__type":"ResourceNotFoundException"}"#)])
        let time = TestTime()
        let cache = cache(service, time)
        _ = try cache.value("x", call: AWSCall())
        time.now = time.now.advanced(byMilliseconds: 300_000)
        let error = #expect(throws: AWSError.self) { try cache.value("x", call: AWSCall()) }
        #expect(error?.serviceCode == "ResourceNotFoundException")
    }
}
