/// An event as the library of EventBridge sees it: scalars by their path, each with the elements of arrays it stands in.
struct FlatEvent {
    struct Value {
        let scalar: JSONTree
        let place: Place
    }

    /// The element of each array around a value.
    ///
    /// An array that holds scalars is no place: its elements are values of one field.
    struct Place: Hashable {
        private(set) var elements: [Int: Int] = [:]

        /// Both together; nil where they are in different elements of one array.
        func joined(with other: Place) -> Place? {
            var joined = self
            for (array, element) in other.elements {
                if let own = joined.elements.updateValue(element, forKey: array), own != element { return nil }
            }
            return joined
        }

        mutating func enter(_ element: Int, of array: Int) { elements[array] = element }
    }

    private(set) var values: [String: [Value]] = [:]
    private var arrays = 0

    init(_ event: JSONTree) {
        add(event, "", Place())
    }

    private mutating func add(_ tree: JSONTree, _ path: String, _ place: Place) {
        switch tree {
        case .object(let members):
            for member in members { add(member.value, path.isEmpty ? member.name : "\(path).\(member.name)", place) }
        case .array(let elements): add(elements, path, place)
        default: values[path, default: []].append(Value(scalar: tree, place: place))
        }
    }

    private mutating func add(_ elements: [JSONTree], _ path: String, _ place: Place) {
        let array = arrays
        arrays += 1
        for (index, element) in elements.enumerated() {
            var inner = place
            switch element {
            case .object, .array: inner.enter(index, of: array)
            default: break
            }
            add(element, path, inner)
        }
    }
}
