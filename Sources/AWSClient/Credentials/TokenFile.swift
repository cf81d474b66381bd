internal import Platform

/// The file with the token for the credentials endpoint; rewritten by whoever runs the container.
enum TokenFile {
    private static let maximumBytes = 16 << 10

    /// The whole text; nil where it cannot be read, is no UTF-8 or is too long (`open`, `read`).
    static func read(_ path: String) -> String? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { _ = close(descriptor) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 4_096)
        while bytes.count <= maximumBytes {
            let room = piece.count
            let count = unsafe Platform.read(descriptor, &piece, room)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { return String(validating: bytes, as: UTF8.self) }
            bytes += piece[..<count]
        }
        return nil
    }
}
