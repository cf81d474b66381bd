package import LocalPlatform
internal import Synchronization

/// Which invocations go wrong on purpose, and how.
package struct FaultPlan: Sendable {
    /// A kind of fault.
    package enum Kind: Sendable, Equatable {
        /// Something happens to the function's process.
        case function(FunctionFault)
        /// Lambda refuses the invocation, as if the function had as many as it may have.
        case throttle

        var functionFault: FunctionFault? {
            if case .function(let fault) = self { fault } else { nil }
        }
    }

    /// How often a fault happens.
    package enum Frequency: Sendable, Equatable {
        /// By chance: so many of a hundred.
        case percent(Double)
        /// Each time that so many invocations have passed.
        case every(Int)
    }

    /// One fault and how often it happens.
    package struct Rule: Sendable, Equatable {
        package var kind: Kind
        package var frequency: Frequency
        /// The only function that it happens to; nil for all.
        package var function: String?

        package init(kind: Kind, frequency: Frequency, function: String? = nil) {
            self.kind = kind
            self.frequency = frequency
            self.function = function
        }
    }

    package let rules: [Rule]
    private let counters: Counters

    package static let none = FaultPlan([])

    package init(_ rules: [Rule]) {
        self.rules = rules
        counters = Counters(count: rules.count)
    }

    /// The fault of a function's next invocation, if it has one; the first rule that applies decides.
    package func next(for function: String) -> Kind? {
        for (index, rule) in rules.enumerated() where rule.function == nil || rule.function == function {
            switch rule.frequency {
            case .percent(let percent): if Double.random(in: 0..<100) < percent { return rule.kind }
            case .every(let count): if counters.count(index) % count == 0 { return rule.kind }
            }
        }
        return nil
    }

    /// Invocations by rule.
    private final class Counters: Sendable {
        private let counts: Mutex<[Int]>

        init(count: Int) {
            counts = Mutex([Int](repeating: 0, count: count))
        }

        func count(_ index: Int) -> Int {
            counts.withLock { counts in
                counts[index] += 1
                return counts[index]
            }
        }
    }
}

extension FaultPlan.Kind {
    var name: String {
        switch self {
        case .function(.tooLarge): "413"
        case .function(let fault): fault.rawValue
        case .throttle: "throttle"
        }
    }

    static let all: [FaultPlan.Kind] = FunctionFault.allCases.map { .function($0) } + [.throttle]
}

extension FaultPlan.Rule {
    /// Reads `kill`, `kill=5%`, `kill=20` (every twentieth invocation) and `kill@wallet=5%`.
    ///
    /// Without a number it is every tenth. Throws `.usage` for anything else.
    package init(_ text: String, functions: [String]) throws(LocalError) {
        let sides = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let names = sides[0].split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let kind = FaultPlan.Kind.all.first(where: { $0.name == names[0] }) else {
            let known = FaultPlan.Kind.all.map(\.name).joined(separator: ", ")
            throw LocalError(.usage, "--fault knows \(known), not \"\(names[0])\".")
        }
        if names.count == 2, !functions.contains(names[1]) {
            throw LocalError(.usage, "--fault names the function \"\(names[1])\", which template.json does not have.")
        }
        guard let frequency = Self.frequency(sides.count == 2 ? sides[1] : "10") else {
            throw LocalError(.usage, "--fault wants kind, kind=5% or kind=20 (every twentieth), not \"\(text)\".")
        }
        self.init(kind: kind, frequency: frequency, function: names.count == 2 ? names[1] : nil)
    }

    private static func frequency(_ text: String) -> FaultPlan.Frequency? {
        if text.hasSuffix("%") {
            guard let percent = Double(text.dropLast()), percent > 0, percent <= 100 else { return nil }
            return .percent(percent)
        }
        guard let count = Int(text), (1...1_000_000).contains(count) else { return nil }
        return .every(count)
    }
}
