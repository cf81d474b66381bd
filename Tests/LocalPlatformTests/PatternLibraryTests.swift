internal import LocalPlatform
import Testing

/// Rules, events and answers of aws/event-ruler (Apache-2.0); the comments name the test or the page.
@Suite("Patterns: event-ruler's own tests")
struct PatternLibraryTests {
    private static func matches(_ event: String, _ rule: String) throws -> Bool {
        let pattern = try EventPattern(JSONTree(parsing: Array(rule.utf8)), of: "Rule")
        return pattern.matches(try JSONTree(parsing: Array(event.utf8)))
    }

    private static let readme = """
        {"version":"0","id":"ddddd4-aaaa-7777-4444-345dd43cc333","detail-type":"EC2 Instance State-change Notification",
         "source":"aws.ec2","account":"012345679012","time":"2017-10-02T16:24:49Z","region":"us-east-1",
         "resources":["arn:aws:ec2:us-east-1:123456789012:instance/i-000000aaaaaa00000"],
         "detail":{"c-count":5,"d-count":3,"x-limit":301.8,"source-ip":"10.0.0.33",
         "instance-id":"i-000000aaaaaa00000","state":"running"}}
        """

    /// README.md, "Ruler by Example": all match, but for those that are said not to.
    @Test(
        "README, by example",
        arguments: [
            (
                #"""
                {"detail-type":["EC2 Instance State-change Notification"],
                "resources":["arn:aws:ec2:us-east-1:123456789012:instance/i-000000aaaaaa00000"],
                "detail":{"state":["initializing","running"]}}
                """#, true
            ),
            (#"{"time":[{"prefix":"2017-10-02"}]}"#, true),
            (#"{"source":[{"suffix":"ec2"}]}"#, true),
            (#"{"source":[{"suffix":{"equals-ignore-case":"EC2"}}]}"#, true),
            (#"{"source":[{"prefix":{"equals-ignore-case":"AWS"}}]}"#, true),
            (#"{"source":[{"wildcard":"Simple*Service"}]}"#, false),
            (#"{"source":[{"wildcard":"aws*ec*"}]}"#, true),
            (#"{"detail":{"state":[{"anything-but":"initializing"}]}}"#, true),
            (#"{"detail":{"x-limit":[{"anything-but":123}]}}"#, true),
            (#"{"detail":{"state":[{"anything-but":["stopped","overloaded"]}]}}"#, true),
            (#"{"detail":{"x-limit":[{"anything-but":[100,200,300]}]}}"#, true),
            (#"{"detail":{"state":[{"anything-but":{"prefix":"init"}}]}}"#, true),
            (
                #"{"detail":{"c-count":[{"numeric":[">",0,"<=",5]}],"d-count":[{"numeric":["<",10]}],"x-limit":[{"numeric":["=",3.018e2]}]}}"#,
                true
            ),
            (#"{"detail":{"source-ip":[{"cidr":"10.0.0.0/24"}]}}"#, true),
            (#"{"detail":{"c-count":[{"exists":true}]}}"#, true),
            (#"{"detail":{"c-count":[{"exists":false}]}}"#, false),
            (
                #"""
                {"time":[{"prefix":"2017-10-02"}],"detail":{"state":[{"anything-but":"initializing"}],
                "c-count":[{"numeric":[">",0,"<=",5]}],"d-count":[{"numeric":["<",10]}],
                "x-limit":[{"anything-but":[100,200,300]}],"source-ip":[{"cidr":"10.0.0.0/8"}]}}
                """#, true
            ),
        ])
    func byExample(rule: String, expected: Bool) throws {
        #expect(try Self.matches(Self.readme, rule) == expected)
    }

    private static let employees = #"""
        {"employees":[[{"firstName":"John","lastName":"Doe","ids":[1234,1000,9999]},
        {"firstName":"Anna","lastName":"Smith"}],[{"firstName":"Peter","lastName":"Jones","ids":[]}]]}
        """#

    /// `RulerTest.WHEN_JSONContainsArrays_THEN_RulerNoCompileMatchesWork`.
    @Test(
        "RulerTest, complex arrays",
        arguments: [
            (#"{"employees":{"firstName":["Anna"]}}"#, true),
            (#"{"employees":{"firstName":["John"],"ids":[1000]}}"#, true),
            (#"{"employees":{"firstName":["Anna"],"ids":[{"exists":false}]}}"#, true),
            (#"{"employees":{"firstName":["Alice"]}}"#, false),
            (#"{"employees":{"firstName":["Anna"],"lastName":["Jones"]}}"#, false),
            (#"{"employees":{"firstName":["Alice"],"lastName":["Bob"]}}"#, false),
            (#"{"a":["b"]}"#, false), (#"{"employees":["b"]}"#, false),
            (#"{"employees":{"firstName":["Anna"],"ids":[1000]}}"#, false),
            (#"{"employees":{"firstName":["Anna"],"ids":[{"exists":true}]}}"#, false),
        ])
    func arrays(rule: String, expected: Bool) throws {
        #expect(try Self.matches(Self.employees, rule) == expected)
    }

    private static let image = #"""
        {"Image":{"Width":800,"Height":600,"Title":"View from 15th Floor","Thumbnail":
        {"Url":"http://www.example.com/image/481989943","Height":125,"Width":100},"Animated":false,
        "IDs":[116,943,234,38793]}}
        """#

    /// `RulerTest.WHEN_WeWriteRulesToMatchVariousFieldCombos_THEN_TheyWork`.
    @Test(
        "RulerTest, combinations of fields",
        arguments: [
            (#"{"Image":{"Width":[800],"Thumbnail":{"Height":[125,300]}}}"#, true),
            (#"{"Image":{"Thumbnail":{"Url":[{"prefix":"http"}]}}}"#, true),
            (
                #"""
                {"Image":{"Width":[{"numeric":["<",1000]}],"Height":[{"numeric":["<=",600]}],
                "Title":[{"anything-but":"View from 15th Flood"}],"Thumbnail":{"Url":[{"prefix":"http"}],
                "Height":[{"numeric":[">",124,"<",126]}],"Width":[{"numeric":[">=",99.999,"<=",100]}]},
                "Animated":[false]}}
                """#, true
            ),
            (#"{"Image":{"Width":[{"numeric":["<",800]}]}}"#, false),
            (#"{"Image":{"Height":[{"numeric":["<",599]}]}}"#, false),
            (#"{"Image":{"Title":[{"anything-but":"View from 15th Floor"}]}}"#, false),
            (#"{"Image":{"Thumbnail":{"Url":[{"prefix":"https"}]}}}"#, false),
            (#"{"Image":{"Thumbnail":{"Height":[{"numeric":[">",124,"<",125]}]}}}"#, false),
            (#"{"Image":{"Thumbnail":{"Width":[{"numeric":[">=",100.00001,"<=",1001]}]}}}"#, false),
            (#"{"Image":{"Animated":[true]}}"#, false),
        ])
    func combinations(rule: String, expected: Bool) throws {
        #expect(try Self.matches(Self.image, rule) == expected)
    }

    /// `RulerTest.WHEN_WeTryAnythingButRules_THEN_Theywork`.
    @Test("RulerTest, anything-but")
    func anythingBut() throws {
        let rule = #"""
            {"a":[{"anything-but":["dad0","dad1","dad2"]}],"b":[{"anything-but":[111,222,333]}],
            "c":[{"anything-but":"zdd"}],"d":[{"anything-but":444}],"z":[{"numeric":[">",0,"<",1]}],
            "w":[{"anything-but":{"prefix":"zax"}}]}
            """#
        let events = [
            #"{"a":"child1","b":"444","c":"child1","d":123,"w":"xaz","z":0.001}"#,
            #"{"a":"dad789","b":789,"c":"zdd","d":123,"w":"xaz","z":0.001}"#,
            #"{"a":"dad789","b":789,"c":"child1","d":123,"w":"xaz","z":1.01}"#,
            #"{"a":"dad1","b":345,"c":"child1","d":123,"w":"xaz","z":0.001}"#,
            #"{"a":"abc","b":111,"c":"child1","d":123,"w":"xaz","z":0.001}"#,
            #"{"a":"dad1","b":333,"c":"child1","d":123,"w":"xaz","z":0.001}"#,
            #"{"a":"abc","b":0,"c":"child1","d":444,"w":"xaz","z":0.999999}"#,
            #"{"a":"child1","b":"444","c":"child1","d":123,"w":"zaxonie","z":0.001}"#,
        ]
        #expect(try events.map { try Self.matches($0, rule) } == [true] + Array(repeating: false, count: 7))
    }

    /// `RulerTest.WHEN_WeTryEqualsIgnoreCaseRules_THEN_TheyWork` and `…WildcardRules…`.
    @Test("RulerTest, equals-ignore-case and wildcard")
    func texts() throws {
        let folded = #"""
            {"a":[{"equals-ignore-case":"aBc"}],"b":[{"equals-ignore-case":"Def"}],"c":[{"equals-ignore-case":"xyZ"}]}
            """#
        let events = [
            #"{"a":"ABC","b":"defx","c":"xYz","d":"rst"}"#, #"{"a":"ABC","c":"xYz","d":"rst"}"#,
            #"{"a":"ABC","b":"xYz","c":"def","d":"rst"}"#, #"{"a":"ABC","b":"def","c":"xYz","d":"rst"}"#,
        ]
        #expect(try events.map { try Self.matches($0, folded) } == [false, false, false, true])
        let wild = #"""
            {"a":[{"wildcard":"*bc"}],"b":[{"wildcard":"d*f"}],"c":[{"wildcard":"xy*"}],"d":[{"wildcard":"xy*"}]}
            """#
        let others = [
            #"{"a":"abcbc","b":"deeeefx","c":"xy","d":"xyzzz"}"#, #"{"a":"abcbc","b":"deeeef","d":"xyzzz"}"#,
            #"{"a":"abcbc","b":"xy","c":"deeeef","d":"xyzzz"}"#, #"{"a":"abcbc","b":"deeeef","c":"xy","d":"xyzzz"}"#,
        ]
        #expect(try others.map { try Self.matches($0, wild) } == [false, false, false, true])
    }
}
