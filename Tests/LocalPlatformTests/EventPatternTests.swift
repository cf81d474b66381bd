internal import LocalPlatform
import Testing

/// Expected answers are those of AWS's own library, github.com/aws/event-ruler.
@Suite("Patterns of EventBridge rules")
struct EventPatternTests {
    @Test(
        "Match as event-ruler does",
        arguments: [
            // Exact values; the type counts, the way a number is written does not.
            (#"{"a":["x"]}"#, #"{"a":"x"}"#, true),
            (#"{"a":["x","y"]}"#, #"{"a":"y"}"#, true),
            (#"{"a":["x"]}"#, #"{"a":"X"}"#, false),
            (#"{"a":["x"]}"#, #"{"b":"x"}"#, false),
            (#"{"a":["x"],"b":["y"]}"#, #"{"a":"x"}"#, false),
            (#"{"a":["300"]}"#, #"{"a":300}"#, false),
            (#"{"a":[300]}"#, #"{"a":3.0e2}"#, true),
            (#"{"a":[null]}"#, #"{"a":null}"#, true),
            (#"{"a":[null]}"#, #"{}"#, false),
            (#"{"a":[true]}"#, #"{"a":true}"#, true),
            (#"{"a":[""]}"#, #"{"a":""}"#, true),
            // Arrays match by their elements, nested ones too.
            (#"{"a":["x"]}"#, #"{"a":["y","x"]}"#, true),
            (#"{"a":[1]}"#, #"{"a":[[1,2],[3]]}"#, true),
            (#"{"a":["x"]}"#, #"{"a":[]}"#, false),
            // Nested objects; two fields inside an array of objects must be of the same element.
            (#"{"d":{"a":["x"]}}"#, #"{"d":{"a":"x","b":1}}"#, true),
            (#"{"d":{"a":["x"]}}"#, #"{"d":"x"}"#, false),
            (#"{"d":{"a":[1],"b":[2]}}"#, #"{"d":[{"a":1,"b":1},{"a":2,"b":2}]}"#, false),
            (#"{"d":{"a":[1],"b":[2]}}"#, #"{"d":[{"a":1,"b":1},{"a":1,"b":2}]}"#, true),
            // prefix, suffix, equals-ignore-case
            (#"{"a":[{"prefix":"ab"}]}"#, #"{"a":"abc"}"#, true),
            (#"{"a":[{"prefix":"ab"}]}"#, #"{"a":"Abc"}"#, false),
            (#"{"a":[{"prefix":""}]}"#, #"{"a":"x"}"#, true),
            (#"{"a":[{"prefix":"1"}]}"#, #"{"a":12}"#, false),
            (#"{"a":[{"prefix":{"equals-ignore-case":"AB"}}]}"#, #"{"a":"abc"}"#, true),
            (#"{"a":[{"suffix":"bc"}]}"#, #"{"a":"abc"}"#, true),
            (#"{"a":[{"suffix":"b"}]}"#, #"{"a":"abc"}"#, false),
            (#"{"a":[{"equals-ignore-case":"É"}]}"#, #"{"a":"é"}"#, true),
            // anything-but: not on a missing field; one differing element is enough.
            (#"{"a":[{"anything-but":["x"]}]}"#, #"{}"#, false),
            (#"{"a":[{"anything-but":"x"}]}"#, #"{"a":"x"}"#, false),
            (#"{"a":[{"anything-but":["x"]}]}"#, #"{"a":5}"#, true),
            (#"{"a":[{"anything-but":["x"]}]}"#, #"{"a":null}"#, true),
            (#"{"a":[{"anything-but":["x"]}]}"#, #"{"a":["x","y"]}"#, true),
            (#"{"a":[{"anything-but":5}]}"#, #"{"a":5.0}"#, false),
            (#"{"a":[{"anything-but":{"prefix":"x"}}]}"#, #"{"a":"xy"}"#, false),
            (#"{"a":[{"anything-but":{"suffix":["x","y"]}}]}"#, #"{"a":"az"}"#, true),
            // exists looks at leaves only.
            (#"{"a":[{"exists":true}]}"#, #"{"a":1}"#, true),
            (#"{"a":[{"exists":true}]}"#, #"{"a":null}"#, true),
            (#"{"a":[{"exists":true}]}"#, #"{"a":{"b":1}}"#, false),
            (#"{"a":[{"exists":true}]}"#, #"{"a":[]}"#, false),
            (#"{"a":[{"exists":false}]}"#, #"{}"#, true),
            (#"{"a":[{"exists":false}]}"#, #"{"a":{"b":1}}"#, true),
            (#"{"a":[{"exists":false}]}"#, #"{"a":1}"#, false),
            (#"{"a":{"b":[{"exists":false}]}}"#, #"{}"#, true),
            // numeric
            (#"{"a":[{"numeric":["=",5]}]}"#, #"{"a":5.0}"#, true),
            (#"{"a":[{"numeric":[">",0,"<=",5]}]}"#, #"{"a":5}"#, true),
            (#"{"a":[{"numeric":[">",0,"<=",5]}]}"#, #"{"a":0}"#, false),
            (#"{"a":[{"numeric":["<",5]}]}"#, #"{"a":"4"}"#, false),
            // wildcard: on texts alone; a backslash makes a star a star.
            (#"{"a":[{"wildcard":"*"}]}"#, #"{"a":""}"#, true),
            (#"{"a":[{"wildcard":"*"}]}"#, #"{"a":1}"#, false),
            (#"{"a":[{"wildcard":"a*b*c"}]}"#, #"{"a":"a-b-b-c"}"#, true),
            (#"{"a":[{"wildcard":"a*b*c"}]}"#, #"{"a":"ac-b"}"#, false),
            (#"{"a":[{"wildcard":"ab*ba"}]}"#, #"{"a":"aba"}"#, false),
            (#"{"a":[{"wildcard":"a\\*b"}]}"#, #"{"a":"a*b"}"#, true),
            (#"{"a":[{"wildcard":"a\\*b"}]}"#, #"{"a":"axb"}"#, false),
            (#"{"a":[{"wildcard":"a\\\\*b"}]}"#, #"{"a":"a\\xb"}"#, true),
            (#"{"a":[{"wildcard":"a\\\\*b"}]}"#, #"{"a":"axb"}"#, false),
            (#"{"a":[{"anything-but":{"wildcard":["*x","y*"]}}]}"#, #"{"a":"yz"}"#, false),
            (#"{"a":[{"anything-but":{"wildcard":["*x","y*"]}}]}"#, #"{"a":"zy"}"#, true),
            (#"{"a":[{"anything-but":{"equals-ignore-case":["É"]}}]}"#, #"{"a":"é"}"#, false),
            (#"{"a":[{"suffix":{"equals-ignore-case":"CÉ"}}]}"#, #"{"a":"abcé"}"#, true),
            (#"{"a":[{"prefix":{"equals-ignore-case":"ÉC"}}]}"#, #"{"a":"éc1"}"#, true),
            // A dot in a name is a step of the path.
            (#"{"a.b":["x"]}"#, #"{"a":{"b":"x"}}"#, true),
            (#"{"a":{"b":["x"]}}"#, #"{"a.b":"x"}"#, true),
            // $or beside another field
            (#"{"s":["x"],"$or":[{"a":[1]},{"b":[2]}]}"#, #"{"s":"x","b":2}"#, true),
            (#"{"s":["x"],"$or":[{"a":[1]},{"b":[2]}]}"#, #"{"s":"x","b":3}"#, false),
            (#"{"s":["x"],"$or":[{"a":[1]},{"b":[2]}]}"#, #"{"s":"y","b":2}"#, false),
        ])
    func match(pattern: String, event: String, expected: Bool) throws {
        let compiled = try EventPattern(try JSONTree(parsing: Array(pattern.utf8)), of: "Rule")
        #expect(try compiled.matches(JSONTree(parsing: Array(event.utf8))) == expected)
    }

    @Test(
        "Refuse what event-ruler refuses",
        arguments: [
            (#"{}"#, "at least one member"),
            (#"[]"#, "at least one member"),
            (#"{"a":"x"}"#, "/a must be an object or a list"),
            (#"{"a":[]}"#, "/a must be an object or a list"),
            (#"{"a":{}}"#, "/a must be an object with at least one member"),
            (#"{"a":[["x"]]}"#, "list inside its list"),
            (#"{"a":[{"prefix":["x"]}]}"#, "malformed operand of prefix"),
            (#"{"a":[{"exists":"yes"}]}"#, "malformed operand of exists"),
            (#"{"a":[{"numeric":[">",5,"<",1]}]}"#, "no range"),
            (#"{"a":[{"numeric":[]}]}"#, "malformed operand of numeric"),
            (#"{"a":[{"numeric":["~",1]}]}"#, "malformed numeric"),
            (#"{"a":[{"anything-but":[]}]}"#, "anything-but"),
            (#"{"$or":[{"a":[1]}]}"#, "at least two alternatives"),
        ])
    func refuse(pattern: String, mentions: String) throws {
        let tree = try JSONTree(parsing: Array(pattern.utf8))
        let error = #expect(throws: LocalError.self) { try EventPattern(tree, of: "MyRule") }
        #expect(error?.status == .configuration)
        #expect(error?.description.contains("MyRule") == true)
        #expect(error?.description.contains(mentions) == true, "\(error?.description ?? "")")
    }
}
