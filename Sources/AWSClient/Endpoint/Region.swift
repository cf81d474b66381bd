internal import Codecs

/// A region, from the variables that the SDKs read.
enum Region {
    /// `AWS_REGION`, else `AWS_DEFAULT_REGION`.
    ///
    /// Throws `.configuration`. The name becomes a part of a host name: only letters, digits and hyphens.
    static func read(_ environment: (String) -> String?) throws(AWSError) -> String {
        for name in ["AWS_REGION", "AWS_DEFAULT_REGION"] {
            guard let region = environment(name), !region.isEmpty else { continue }
            guard region.utf8.count <= 32, region.utf8.allSatisfy(isLabelByte) else {
                throw AWSError(.configuration, detail: "\(name) is no region's name")
            }
            return region
        }
        throw AWSError(.configuration, detail: "AWS_REGION is not set")
    }

    /// The domain of the region's partition (botocore, `partitions.json`).
    static func domain(of region: String) -> String {
        let partitions = [
            ("cn-", "amazonaws.com.cn"), ("eusc-", "amazonaws.eu"), ("us-iso-", "c2s.ic.gov"),
            ("us-isob-", "sc2s.sgov.gov"), ("us-isof-", "csp.hci.ic.gov"), ("eu-isoe-", "cloud.adc-e.uk"),
        ]
        return partitions.first { region.hasPrefix($0.0) }?.1 ?? "amazonaws.com"
    }

    private static func isLabelByte(_ byte: UInt8) -> Bool {
        byte == 0x2D || ASCII.isDigit(byte) || ASCII.isLowercase(byte)
    }
}
