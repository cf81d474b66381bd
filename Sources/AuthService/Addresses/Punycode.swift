/// Unicode in the letters of host names (RFC 3492).
///
/// Lists of scalars and not text: only `DomainLabel` knows which of them may stand in a name.
enum Punycode {
    private static let base: UInt32 = 36
    private static let lowestThreshold: UInt32 = 1
    private static let highestThreshold: UInt32 = 26
    private static let skew: UInt32 = 38
    private static let damp: UInt32 = 700
    private static let initialBias: UInt32 = 72
    private static let initialNumber: UInt32 = 0x80

    /// The encoded form without `xn--` (section 6.3); nil where a number gets too large, which no label of a name can do.
    static func encode(_ scalars: [Unicode.Scalar]) -> [UInt8]? {
        var output = scalars.filter(\.isASCII).map { UInt8(truncatingIfNeeded: $0.value) }
        var handled = UInt32(output.count)
        let basicCount = handled
        if basicCount > 0 { output.append(UInt8(ascii: "-")) }
        var (number, delta, bias) = (initialNumber, UInt32(0), initialBias)
        while handled < scalars.count {
            guard let next = scalars.lazy.map(\.value).filter({ $0 >= number }).min() else { return nil }
            let (step, isTooLarge) = (next - number).multipliedReportingOverflow(by: handled + 1)
            let (sum, overflows) = delta.addingReportingOverflow(step)
            guard !isTooLarge, !overflows else { return nil }
            (delta, number) = (sum, next)
            for scalar in scalars {
                if scalar.value < number { delta += 1 }
                guard scalar.value == number else { continue }
                append(delta, bias: bias, to: &output)
                bias = adapted(delta, points: handled + 1, isFirst: handled == basicCount)
                delta = 0
                handled += 1
            }
            delta += 1
            number += 1
        }
        return output
    }

    /// The scalars of an encoded form without `xn--` (section 6.2); nil where it is none.
    static func decode(_ input: some Collection<UInt8>) -> [Unicode.Scalar]? {
        let bytes = Array(input)
        let delimiter = bytes.lastIndex(of: UInt8(ascii: "-")) ?? 0
        guard bytes[..<delimiter].allSatisfy({ $0 < 0x80 }) else { return nil }
        var output = bytes[..<delimiter].map { Unicode.Scalar($0) }
        var rest = bytes[(delimiter > 0 ? delimiter + 1 : 0)...]
        var (number, position, bias) = (initialNumber, UInt32(0), initialBias)
        while !rest.isEmpty {
            let before = position
            guard let sum = readNumber(&rest, bias: bias, onto: position) else { return nil }
            let count = UInt32(output.count) + 1
            bias = adapted(sum - before, points: count, isFirst: before == 0)
            guard case let (next, overflows) = number.addingReportingOverflow(sum / count), !overflows,
                let scalar = Unicode.Scalar(next)
            else { return nil }
            number = next
            output.insert(scalar, at: Int(sum % count))
            position = sum % count + 1
        }
        return output
    }

    /// Writes a number with digits of variable weight.
    private static func append(_ delta: UInt32, bias: UInt32, to output: inout [UInt8]) {
        var (rest, position) = (delta, base)
        while true {
            let threshold = threshold(position, bias)
            guard rest >= threshold else { break }
            output.append(digit(threshold + (rest - threshold) % (base - threshold)))
            rest = (rest - threshold) / (base - threshold)
            position += base
        }
        output.append(digit(rest))
    }

    /// Reads one, and adds it to `start`.
    private static func readNumber(_ input: inout ArraySlice<UInt8>, bias: UInt32, onto start: UInt32) -> UInt32? {
        var (sum, weight, position) = (start, UInt32(1), base)
        while let byte = input.popFirst() {
            guard let value = value(of: byte) else { return nil }
            let (product, isTooLarge) = value.multipliedReportingOverflow(by: weight)
            let (next, overflows) = sum.addingReportingOverflow(product)
            guard !isTooLarge, !overflows else { return nil }
            sum = next
            let threshold = threshold(position, bias)
            if value < threshold { return sum }
            let (heavier, weighsTooMuch) = weight.multipliedReportingOverflow(by: base - threshold)
            guard !weighsTooMuch else { return nil }
            weight = heavier
            position += base
        }
        return nil
    }

    private static func threshold(_ position: UInt32, _ bias: UInt32) -> UInt32 {
        position <= bias ? lowestThreshold : min(max(position - bias, lowestThreshold), highestThreshold)
    }

    /// Section 6.1.
    private static func adapted(_ delta: UInt32, points: UInt32, isFirst: Bool) -> UInt32 {
        var delta = isFirst ? delta / damp : delta / 2
        delta += delta / points
        var position: UInt32 = 0
        while delta > (base - lowestThreshold) * highestThreshold / 2 {
            delta /= base - lowestThreshold
            position += base
        }
        return position + (base - lowestThreshold + 1) * delta / (delta + skew)
    }

    private static func digit(_ value: UInt32) -> UInt8 {
        UInt8(truncatingIfNeeded: value < 26 ? value + 0x61 : value - 26 + 0x30)
    }

    private static func value(of byte: UInt8) -> UInt32? {
        switch byte {
        case 0x61...0x7A: UInt32(byte) - 0x61
        case 0x41...0x5A: UInt32(byte) - 0x41
        case 0x30...0x39: UInt32(byte) - 0x30 + 26
        default: nil
        }
    }
}
