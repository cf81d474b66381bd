import AWSClient
import Testing

@Suite("Errors of AWS calls")
struct AWSErrorTests {
    @Test("unless it is said, a failed call is known to have had no effect")
    func effect() {
        #expect(!AWSError(.throttled).mayHaveTakenEffect)
    }
}
