/// How much a text may ask of its reader; each limit is checked while reading, before memory is spent.
package struct JSONLimits: Sendable {
    /// The longest text, in bytes.
    package var maximumBytes: Int
    /// The deepest nesting of arrays and objects; 1 allows one container.
    package var maximumDepth: Int
    /// The most values in one text, member names included.
    package var maximumValues: Int
    /// The most members in one object.
    package var maximumMembers: Int

    package init(
        maximumBytes: Int, maximumDepth: Int = 64, maximumValues: Int = 262_144, maximumMembers: Int = .max
    ) {
        self.maximumBytes = min(maximumBytes, Int(UInt32.max) - 1)
        self.maximumDepth = maximumDepth
        self.maximumValues = maximumValues
        self.maximumMembers = maximumMembers
    }

    /// Large enough for the largest event that Lambda delivers (6 MiB and 100 bytes).
    package static let `default` = JSONLimits(maximumBytes: 6 * 1024 * 1024 + 1024)
}
