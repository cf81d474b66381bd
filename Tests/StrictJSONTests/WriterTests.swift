import StrictJSON
import Testing

@Suite struct WriterTests {
    @Test("Objects and arrays nest; absent optional members are left out and nil is null")
    func shapes() {
        let writer = JSONWriter.object {
            $0.member("amount", 5)
            $0.member("none", String?.none)
            $0.optional("absent", Int?.none)
            $0.member("inner") { $0.member("flag", true) }
            $0.array("items") {
                $0.element("a")
                $0.object { $0.member("least", Int64.min) }
                $0.array { _ in }
            }
            $0.member("list", [1, 2])
        }
        let expected =
            #"{"amount":5,"none":null,"inner":{"flag":true},"#
            + #""items":["a",{"least":-9223372036854775808},[]],"list":[1,2]}"#
        #expect(writer.text == expected)
        #expect(JSONWriter().text == "null")
    }

    @Test("Each of the first 256 scalars survives writing and reading, and controls are escaped")
    func everyByte() throws {
        for code in UInt32(0)..<256 {
            let scalar = try #require(Unicode.Scalar(code))
            let text = "x\(Character(scalar))y"
            let quoted = JSONWriter.quote(text)
            #expect(quoted.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F })
            #expect(try Array(JSONDocument(parsing: quoted).root.string(allowsNUL: true).utf8) == Array(text.utf8))
        }
        #expect(JSONWriter.quote("\u{1}\n\"\\/\u{7F}é") == #""\u0001\n\"\\/\u007fé""#)
    }

    @Test("A double is written so that it reads back as itself; one that JSON cannot hold is null")
    func doubles() throws {
        for number in [0.1, -0.0, 1e-7, .leastNonzeroMagnitude, 1e22, 123_456_789.5, .greatestFiniteMagnitude, .pi] {
            var writer = JSONWriter()
            writer.value(number)
            #expect(try JSONDocument(parsing: writer.bytes).root.double() == number)
        }
        for number in [Double.nan, .infinity, -.infinity] {
            var writer = JSONWriter()
            writer.value(number)
            #expect(writer.text == "null")
        }
    }

    @Test("A value that was read can be written into another text unchanged")
    func passesValuesOn() throws {
        let root = try JSONDocument(parsing: #"{"a": "x\u0041", "b": [ 1, 2.50 ]}"#).root
        let text = try JSONWriter.object {
            $0.member("one", try root.member("a"))
            $0.member("two", try root.member("b"))
        }.text
        #expect(text == #"{"one":"x\u0041","two":[ 1, 2.50 ]}"#)
    }
}
