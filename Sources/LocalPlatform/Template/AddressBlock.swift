internal import Platform

/// A block of IPv4 or IPv6 addresses (`10.0.0.0/16`).
struct AddressBlock: Equatable {
    /// The first address, its bits at the low end.
    let first: UInt128
    let prefixLength: Int
    /// 32 or 128.
    let width: Int

    /// Nil for what is no block, and for one whose first address lies inside of it.
    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, let length = Int(parts[1]), parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let (address, width) = Self.address(parts[0]), (0...width).contains(length)
        else { return nil }
        let hosts: UInt128 = length == width ? 0 : (width - length == 128 ? .max : (1 << UInt128(width - length)) - 1)
        guard address & hosts == 0 else { return nil }
        first = address
        prefixLength = length
        self.width = width
    }

    /// An address and how many bits its kind has; nil for another text.
    static func address(_ text: String) -> (bits: UInt128, width: Int)? {
        for (family, count) in [(AF_INET, 4), (AF_INET6, 16)] {
            var bytes = [UInt8](repeating: 0, count: count)
            let isAddress = unsafe bytes.withUnsafeMutableBytes { unsafe inet_pton(family, text, $0.baseAddress) == 1 }
            if isAddress { return (bytes.reduce(0) { $0 << 8 | UInt128($1) }, count * 8) }
        }
        return nil
    }

    func contains(_ text: String) -> Bool {
        guard let (address, width) = Self.address(text), width == self.width else { return false }
        guard prefixLength > 0 else { return true }
        let shift = UInt128(width - prefixLength)
        return address >> shift == first >> shift
    }

    /// The first blocks of `2^hostBits` addresses inside of this one (`Fn::Cidr`); nil where they do not fit.
    func parts(count: Int, hostBits: Int) -> [String]? {
        // CloudFormation template reference, "Fn::Cidr": 1 to 256 blocks.
        guard (1...256).contains(count), (1..<width).contains(hostBits), hostBits <= width - prefixLength else {
            return nil
        }
        let room = width - prefixLength - hostBits
        guard room >= 8 || count <= 1 << room else { return nil }
        return (0..<count).map { index in
            "\(text(first + UInt128(index) << UInt128(hostBits)))/\(width - hostBits)"
        }
    }

    private func text(_ address: UInt128) -> String {
        let bytes = (0..<width / 8).map { UInt8(truncatingIfNeeded: address >> UInt128(width - 8 - $0 * 8)) }
        var characters = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let family = width == 32 ? AF_INET : AF_INET6
        return unsafe bytes.withUnsafeBytes { source in
            unsafe characters.withUnsafeMutableBufferPointer { target in
                _ = unsafe inet_ntop(family, source.baseAddress, target.baseAddress, socklen_t(target.count))
                return unsafe target.baseAddress.map { unsafe String(cString: $0) } ?? ""
            }
        }
    }
}
