internal import LocalPlatform
import Testing

@Suite("Lambda's lines around an invocation")
struct InvocationReportTests {
    private let warm = InvocationReport(
        requestID: "8f5e8d6a-0000-4000-8000-000000000001", durationMicroseconds: 12_345, initMicroseconds: nil,
        memoryMegabytes: 256, peakMemoryBytes: 20 << 20)

    @Test("START and END name the invocation")
    func startAndEnd() {
        #expect(warm.startLine == "START RequestId: 8f5e8d6a-0000-4000-8000-000000000001 Version: $LATEST")
        #expect(warm.endLine == "END RequestId: 8f5e8d6a-0000-4000-8000-000000000001")
    }

    @Test("A warm REPORT has no Init Duration; the billed time is rounded up")
    func warmReport() {
        #expect(
            warm.reportLine
                == "REPORT RequestId: 8f5e8d6a-0000-4000-8000-000000000001\tDuration: 12.35 ms\t"
                + "Billed Duration: 13 ms\tMemory Size: 256 MB\tMax Memory Used: 20 MB")
    }

    @Test("A cold REPORT has it, and bills it")
    func coldReport() {
        var cold = warm
        cold.initMicroseconds = 8_004
        cold.peakMemoryBytes += 1
        #expect(
            cold.reportLine.hasSuffix(
                "Billed Duration: 21 ms\tMemory Size: 256 MB\tMax Memory Used: 21 MB\tInit Duration: 8.00 ms"))
    }

    @Test("A timeout is its Status")
    func status() {
        var late = warm
        late.status = "timeout"
        #expect(late.reportLine.hasSuffix("\tStatus: timeout"))
    }
}
