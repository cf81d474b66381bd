/// A path into an event, as `InputPath` and `InputPathsMap` take it.
///
/// EventBridge knows `$`, members by dot, indices and `*` (EventBridge user guide, "Input transformation"); names are of
/// letters, digits, `-`, `_`, `/` and `:`. Everything else is refused.
struct JSONPath: Sendable, Equatable {
    private enum Step: Sendable, Equatable {
        case member(String)
        case index(Int)
        case all
    }

    private let steps: [Step]

    /// Nil where it is no path that is known.
    init?(_ text: String) {
        guard text.utf8.count <= 256, text.utf8.first == 0x24 else { return nil }
        var steps: [Step] = []
        var rest = text.utf8.dropFirst()[...]
        while let byte = rest.popFirst() {
            switch byte {
            case 0x2E:
                let name = rest.prefix { Self.isName($0) || $0 == 0x2A }
                rest = rest.dropFirst(name.count)
                guard let text = String(name), !text.isEmpty, text == "*" || name.allSatisfy(Self.isName) else {
                    return nil
                }
                steps.append(text == "*" ? .all : .member(text))
            case 0x5B:
                let inside = rest.prefix { $0 != 0x5D }
                rest = rest.dropFirst(inside.count)
                guard rest.popFirst() == 0x5D, let text = String(inside) else { return nil }
                guard text == "*" || (!text.isEmpty && inside.allSatisfy { (0x30...0x39).contains($0) }) else {
                    return nil
                }
                guard let step = text == "*" ? .all : Int(text).map(Step.index) else { return nil }
                steps.append(step)
            default: return nil
            }
        }
        self.steps = steps
    }

    /// What stands there, which with a `*` is an array; nil when there is nothing.
    func value(in tree: JSONTree) -> JSONTree? {
        var found = [tree]
        for step in steps {
            found = found.flatMap { Self.step(step, from: $0) }
            if found.isEmpty { return nil }
        }
        return steps.contains(.all) ? .array(found) : found.first
    }

    private static func step(_ step: Step, from tree: JSONTree) -> [JSONTree] {
        switch step {
        case .member(let name): tree[name].map { [$0] } ?? []
        case .index(let index): tree.elements.indices.contains(index) ? [tree.elements[index]] : []
        case .all: tree.elements + tree.members.map(\.value)
        }
    }

    private static func isName(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F, 0x2F, 0x3A: true
        default: false
        }
    }
}
