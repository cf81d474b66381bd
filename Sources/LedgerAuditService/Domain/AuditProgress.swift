internal import StrictJSON

/// How far a run has come: what is done, and where the rest goes on.
struct AuditProgress: Hashable, Sendable {
    /// Names of stages that need not run again.
    private(set) var done: Set<String> = []
    /// Where a stage that was begun goes on, in its own words.
    private(set) var places: [String: [String]] = [:]

    /// Marks a stage as done.
    mutating func finish(_ stage: String) {
        done.insert(stage)
        places[stage] = nil
    }

    /// Notes where a stage goes on.
    mutating func move(_ stage: String, to place: [String]) {
        places[stage] = place
    }
}

extension AuditProgress {
    func write(_ json: inout JSONObjectWriter) {
        json.member("done", done.sorted())
        json.member("places") { object in
            for (stage, place) in places.sorted(by: { $0.key < $1.key }) { object.member(stage, place) }
        }
    }

    init(_ json: JSONValue) throws(JSONError) {
        for stage in try json.member("done").elements { done.insert(try stage.string()) }
        for (stage, place) in try json.member("places").members {
            var parts: [String] = []
            for part in try place.elements { parts.append(try part.string()) }
            places[stage] = parts
        }
    }
}
