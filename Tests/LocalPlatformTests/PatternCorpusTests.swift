internal import LocalPlatform
import Testing

/// The corpus of aws/event-ruler (Apache-2.0), `src/test/resources/correctness-cases.json`, without its layout.
///
/// The file names and describes each case and holds no answers, because its test compares two engines. The answers follow
/// from the library's README, "JSON Array Matching": no match has two fields in different elements of one array.
@Suite("Patterns: event-ruler's corpus of arrays")
struct PatternCorpusTests {
    private static let ab = #"{"d":{"a":[{"exists":true}],"b":[{"exists":true}]}}"#
    private static let abc = #"{"d":{"a":[{"exists":true}],"b":[{"exists":true}],"c":[{"exists":true}]}}"#
    private static let names = #"{"d":{"name":["alice"],"status":["active"]}}"#
    private static let prefixes = #"{"d":{"name":[{"prefix":"al"}],"status":[{"exists":true}]}}"#
    private static let inner = #"{"u":{"t":{"k":["color"],"v":["blue"]}}}"#
    private static let outer = #"{"d":{"name":[{"exists":true}],"info":{"x":["1"]}}}"#
    private static let leaves = #"{"a":{"b":{"x":[{"exists":true}],"y":[{"exists":true}]}}}"#
    private static let absent = #"{"d":{"a":[{"exists":true}],"b":[{"exists":false}]}}"#
    private static let tags = #"{"d":{"tags":[{"exists":true}],"type":[{"exists":true}]}}"#
    private static let tagged = #"{"d":{"name":[{"exists":true}],"type":[{"exists":true}]}}"#
    private static let suffixes = #"{"d":{"name":[{"suffix":"ice"}],"type":[{"exists":true}]}}"#

    static let cases: [(name: String, rule: String, event: String, matches: Bool)] = [
        ("flat: 2-field exists, both present", ab, #"{"d":{"a":1,"b":2}}"#, true),
        ("flat: 2-field exists, one missing", ab, #"{"d":{"a":1}}"#, false),
        ("flat: exact match", #"{"d":{"a":["hello"],"b":["world"]}}"#, #"{"d":{"a":"hello","b":"world"}}"#, true),
        ("flat: exact mismatch", #"{"d":{"a":["hello"],"b":["world"]}}"#, #"{"d":{"a":"hello","b":"nope"}}"#, false),
        ("flat: prefix", #"{"d":{"a":[{"prefix":"hel"}]}}"#, #"{"d":{"a":"hello"}}"#, true),
        ("flat: numeric range", #"{"d":{"x":[{"numeric":[">",0,"<",100]}]}}"#, #"{"d":{"x":50}}"#, true),
        ("flat: anything-but", #"{"d":{"s":[{"anything-but":"banned"}]}}"#, #"{"d":{"s":"active"}}"#, true),
        ("objarray: same element", ab, #"{"d":[{"a":1,"b":2}]}"#, true),
        ("objarray: split", ab, #"{"d":[{"a":1},{"b":2}]}"#, false),
        ("objarray: 3 elem, last valid", ab, #"{"d":[{"a":1},{"b":2},{"a":3,"b":4}]}"#, true),
        ("objarray: 3-field, all in one", abc, #"{"d":[{"a":1,"b":2,"c":3}]}"#, true),
        ("objarray: 3-field, split 3 ways", abc, #"{"d":[{"a":1},{"b":2},{"c":3}]}"#, false),
        ("objarray: exact same elem", names, #"{"d":[{"name":"alice","status":"active"}]}"#, true),
        ("objarray: exact split", names, #"{"d":[{"name":"alice"},{"status":"active"}]}"#, false),
        ("objarray: prefix same", prefixes, #"{"d":[{"name":"alice","status":"ok"}]}"#, true),
        ("objarray: prefix split", prefixes, #"{"d":[{"name":"alice"},{"status":"ok"}]}"#, false),
        ("primarray: exists", tags.replacing("type", with: "name"), #"{"d":{"tags":["a","b"],"name":"x"}}"#, true),
        ("primarray: exact match", #"{"tags":["admin"]}"#, #"{"tags":["user","admin"]}"#, true),
        ("primarray: no match", #"{"tags":["superadmin"]}"#, #"{"tags":["user","admin"]}"#, false),
        ("nested: inner same", inner, #"{"u":[{"t":[{"k":"color","v":"blue"}]}]}"#, true),
        ("nested: inner split", inner, #"{"u":[{"t":[{"k":"color"},{"v":"blue"}]}]}"#, false),
        ("nested: outer split", outer, #"{"d":[{"name":"alice"},{"info":{"x":"1"}}]}"#, false),
        ("nested: outer same", outer, #"{"d":[{"name":"alice","info":{"x":"1"}}]}"#, true),
        ("nested2: same leaf", leaves, #"{"a":[{"b":[{"x":1,"y":2}]}]}"#, true),
        ("nested2: split leaf", leaves, #"{"a":[{"b":[{"x":1},{"y":2}]}]}"#, false),
        (
            "mixed: array+scalar match", #"{"users":{"name":[{"exists":true}]},"version":["1"]}"#,
            #"{"users":[{"name":"alice"}],"version":"1"}"#, true
        ),
        (
            "mixed: array+scalar fail", #"{"users":{"name":[{"exists":true}]},"version":["2"]}"#,
            #"{"users":[{"name":"alice"}],"version":"1"}"#, false
        ),
        ("exists-false: absent", absent, #"{"d":[{"a":1}]}"#, true),
        ("exists-false: present", absent, #"{"d":[{"a":1,"b":2}]}"#, false),
        ("empty object", #"{"d":{"a":[{"exists":true}]}}"#, "{}", false),
        ("empty array", #"{"d":{"a":[{"exists":true}]}}"#, #"{"d":[]}"#, false),
        ("single-field rule", #"{"d":{"a":[{"exists":true}]}}"#, #"{"d":[{"a":1},{"a":2}]}"#, true),
        (
            "many elem one valid", #"{"d":{"a":["target"],"b":["found"]}}"#,
            #"{"d":[{"a":"x"},{"a":"y"},{"a":"target","b":"found"},{"a":"z"}]}"#, true
        ),
        (
            "numeric+exists array", #"{"i":{"p":[{"numeric":[">",0,"<",100]}],"n":[{"exists":true}]}}"#,
            #"{"i":[{"n":"w","p":50},{"n":"g","p":200}]}"#, true
        ),
        (
            "anything-but array", #"{"u":{"s":[{"anything-but":"banned"}],"n":[{"exists":true}]}}"#,
            #"{"u":[{"n":"alice","s":"banned"},{"n":"bob","s":"active"}]}"#, true
        ),
        ("primarray: large + scalar, exists", tags, #"{"d":{"tags":["a","b","c"],"type":"GROUP"}}"#, true),
        (
            "primarray: large + scalar, prefix", #"{"d":{"tags":[{"prefix":"ad"}],"type":[{"exists":true}]}}"#,
            #"{"d":{"tags":["admin","user","dev"],"type":"GROUP"}}"#, true
        ),
        (
            "primarray: large + scalar, no match", #"{"d":{"tags":[{"prefix":"super"}],"type":[{"exists":true}]}}"#,
            #"{"d":{"tags":["admin","user","dev"],"type":"GROUP"}}"#, false
        ),
        (
            "primarray: nested under object",
            #"{"detail":{"data":{"name":[{"exists":true}],"type":[{"exists":true}]}}}"#,
            #"{"detail":{"data":{"name":["alice","bob"],"type":"GROUP"}}}"#, true
        ),
        (
            "primarray: two prim arrays + scalar", #"{"tags":[{"exists":true}],"cats":[{"exists":true}],"v":["1"]}"#,
            #"{"tags":["a","b"],"cats":["x","y"],"v":"1"}"#, true
        ),
        (
            "primarray: exact match among many", #"{"d":{"name":["target"],"type":["GROUP"]}}"#,
            #"{"d":{"name":["a","b","target","c"],"type":"GROUP"}}"#, true
        ),
        (
            "primarray: numeric in array", #"{"d":{"vals":[{"numeric":[">",0,"<",10]}],"type":[{"exists":true}]}}"#,
            #"{"d":{"vals":[100,5,200],"type":"ok"}}"#, true
        ),
        (
            "primarray: anything-but in array",
            #"{"d":{"tags":[{"anything-but":"banned"}],"type":[{"exists":true}]}}"#,
            #"{"d":{"tags":["banned","ok"],"type":"x"}}"#, true
        ),
        ("primarray: single value array", tagged, #"{"d":{"name":["only"],"type":"x"}}"#, true),
        ("primarray: empty prim array", tagged, #"{"d":{"name":[],"type":"x"}}"#, false),
        (
            "mixed: obj-array + prim-array", #"{"users":{"name":[{"exists":true}]},"tags":["admin"]}"#,
            #"{"users":[{"name":"alice"}],"tags":["admin","user"]}"#, true
        ),
        (
            "mixed: obj-array split + prim-array",
            #"{"users":{"name":[{"exists":true}],"email":[{"exists":true}]},"tags":["admin"]}"#,
            #"{"users":[{"name":"alice"},{"email":"b@x"}],"tags":["admin"]}"#, false
        ),
        (
            "deep prim: nested 3 levels",
            #"{"a":{"b":{"c":{"vals":[{"exists":true}],"type":[{"exists":true}]}}}}"#,
            #"{"a":{"b":{"c":{"vals":["x","y","z"],"type":"ok"}}}}"#, true
        ),
        ("suffix match in array", suffixes, #"{"d":[{"name":"alice","type":"user"}]}"#, true),
        (
            "N emails, only last element has name",
            #"{"detail":{"email":[{"exists":true}],"name":[{"exists":true}]}}"#,
            #"{"detail":[{"email":"a@x"},{"email":"b@x"},{"email":"c@x"},{"email":"d@x"},{"email":"e@x","name":"eve"}]}"#,
            true
        ),
        ("suffix match split", suffixes, #"{"d":[{"name":"alice"},{"type":"user"}]}"#, false),
    ]

    @Test("Match as the library does", arguments: cases)
    func match(name: String, rule: String, event: String, matches: Bool) throws {
        let pattern = try EventPattern(JSONTree(parsing: Array(rule.utf8)), of: "Rule")
        #expect(try pattern.matches(JSONTree(parsing: Array(event.utf8))) == matches, "\(name)")
    }

    @Test("Are all there") func count() { #expect(Self.cases.count == 51) }
}
