internal import Codecs

/// The path as it goes into the canonical request.
enum CanonicalPath {
    /// Normalised and encoded as the rule says; an empty path is `/`.
    static func text(_ path: String, _ rule: SigningScope.PathRule) -> String {
        var bytes = Array(path.utf8)
        if bytes.first != 0x2F { bytes.insert(0x2F, at: 0) }
        if rule.normalizes { bytes = normalized(bytes) }
        if rule.encodesAgain { return PercentEncoding.encode(bytes, keepsSlash: true) }
        // One encoding, whichever way it was written: `%7E` is `~`. A path that cannot be read is taken as it is.
        return PercentEncoding.encode(PercentEncoding.decode(bytes) ?? bytes, keepsSlash: true)
    }

    /// Without `.`, `..` and empty segments; a slash at the end stays.
    private static func normalized(_ path: [UInt8]) -> [UInt8] {
        var kept: [ArraySlice<UInt8>] = []
        let segments = path.split(separator: 0x2F, omittingEmptySubsequences: false)
        for segment in segments {
            switch Array(segment) {
            case [], [0x2E]: continue
            case [0x2E, 0x2E]: _ = kept.popLast()
            default: kept.append(segment)
            }
        }
        let last = segments.last.map(Array.init) ?? []
        let endsInSlash = [[], [0x2E], [0x2E, 0x2E]].contains(last) && !kept.isEmpty
        return [0x2F] + kept.joined(separator: [0x2F]) + (endsInSlash ? [0x2F] : [])
    }
}
