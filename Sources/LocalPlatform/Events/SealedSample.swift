internal import Codecs
internal import ServiceKit

/// A sample event whose personal part is written in clear in the file, and sealed before it is delivered.
///
/// An object under `detail.sealed` becomes the sealed text that the function which writes such events would put there.
package enum SealedSample {
    /// Whether the event has something to be sealed.
    package static func needsSealing(_ event: JSONTree) -> Bool {
        guard case .object? = event["detail"]?["sealed"] else { return false }
        return true
    }

    /// The event with its object sealed.
    ///
    /// Throws `.data` where `detail.id`, for which alone the seal is good, is no UUID.
    package static func seal(_ event: JSONTree, secret: String) throws(LocalError) -> JSONTree {
        guard let id = event["detail"]?["id"]?.text.flatMap({ UUID($0) }) else {
            throw LocalError(.data, "The event has an object as detail.sealed and no UUID as detail.id.")
        }
        guard let plain = event["detail"]?["sealed"] else { return event }
        do throws(EventSealError) {
            let seal = try EventSeal(secret: Array(secret.utf8))
            let text = try seal.seal(Array(plain.compactText.utf8), eventID: id)
            return event.replacing("detail") { $0.replacing("sealed") { _ in .string(text) } }
        } catch {
            throw LocalError(.data, "detail.sealed of the event cannot be sealed: \(error).")
        }
    }
}

extension JSONTree {
    /// The object with one member's value changed.
    fileprivate func replacing(_ name: String, by change: (JSONTree) -> JSONTree) -> JSONTree {
        .object(members.map { $0.name == name ? Member(name: name, value: change($0.value)) : $0 })
    }
}
