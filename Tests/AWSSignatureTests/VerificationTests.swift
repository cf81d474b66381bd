import AWSSignature
import Codecs
import Testing

@Suite("The verification")
struct VerificationTests {
    static let time = Timestamp(millisecondsSince1970: 1_770_091_506_000)
    static let credentials = AWSCredentials(
        accessKeyID: "ASIAEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        sessionToken: "session-token")
    static let scope = SigningScope(region: "eu-west-1", service: "events")

    static func signed() throws -> SignableRequest {
        var request = SignableRequest(
            method: "POST", host: "127.0.0.1:4566", path: "/a%20b", query: "x=1&y=2",
            headers: [("Content-Type", "application/x-amz-json-1.1"), ("X-Amz-Target", "AWSEvents.PutEvents")],
            payload: .bytes(Array(#"{"Entries":[]}"#.utf8)))
        request.headers += try AWSSignature.headers(for: request, scope: scope, credentials: credentials, at: time)
        return request
    }

    static func presigned() throws -> SignableRequest {
        var request = SignableRequest(method: "GET", host: "127.0.0.1:4566", query: "Action=GetCallerIdentity")
        request.query = try AWSSignature.presignedQuery(
            for: request, scope: scope, credentials: credentials, lasting: 60, at: time)
        return request
    }

    private func failure(
        _ request: SignableRequest, region: String = "eu-west-1", service: String = "events", seconds: Int64 = 0,
        known: AWSCredentials? = credentials
    ) -> SignatureFailure? {
        do throws(SignatureFailure) {
            _ = try AWSSignature.verify(
                request, region: region, service: service, at: Self.time.advanced(byMilliseconds: seconds * 1_000)
            ) { _ in known }
            return nil
        } catch {
            return error
        }
    }

    @Test("takes what was signed, and says by whom and for what")
    func accepted() throws {
        for request in try [Self.signed(), Self.presigned()] {
            let signer = try AWSSignature.verify(request, at: Self.time) { key in
                key == "ASIAEXAMPLE" ? Self.credentials : nil
            }
            #expect(signer.accessKeyID == "ASIAEXAMPLE" && signer.scope == Self.scope)
        }
    }

    struct Change: Sendable, CustomStringConvertible {
        let description: String
        let expected: SignatureFailure
        let apply: @Sendable (inout SignableRequest) -> Void

        init(
            _ description: String, _ expected: SignatureFailure,
            _ apply: @escaping @Sendable (inout SignableRequest) -> Void
        ) {
            self.description = description
            self.expected = expected
            self.apply = apply
        }
    }

    static func replace(_ name: String, in request: inout SignableRequest, with value: (String) -> String) {
        for index in request.headers.indices where request.headers[index].name == name {
            request.headers[index].value = value(request.headers[index].value)
        }
    }

    static let changes = [
        Change("method", .mismatch) { $0.method = "PUT" },
        Change("host", .mismatch) { $0.host = "127.0.0.1:4567" },
        Change("path", .mismatch) { $0.path = "/a%20c" },
        Change("query", .mismatch) { $0.query = "x=1&y=3" },
        Change("one more parameter", .mismatch) { $0.query += "&z=" },
        Change("one byte of the body", .mismatch) { $0.payload = .bytes(Array(#"{"Entries": []}"#.utf8)) },
        Change("no body", .mismatch) { $0.payload = .bytes([]) },
        Change("the body left unsigned", .mismatch) { $0.payload = .unsigned },
        Change("a signed field", .mismatch) { replace("X-Amz-Target", in: &$0) { "\($0)2" } },
        Change("a signed field twice", .mismatch) { $0.headers.append(("Content-Type", "text/plain")) },
        Change("a signed field missing", .malformed) { $0.headers.removeAll { $0.name == "Content-Type" } },
        Change("an instruction to AWS that is not signed", .malformed) { $0.headers.append(("x-amz-acl", "open")) },
        Change("the time", .mismatch) { replace("X-Amz-Date", in: &$0) { _ in "20260203T040507Z" } },
        Change("the day", .wrongScope) { replace("X-Amz-Date", in: &$0) { _ in "20260202T040506Z" } },
        Change("no time", .malformed) { $0.headers.removeAll { $0.name == "X-Amz-Date" } },
        Change("a time that is none", .malformed) { replace("X-Amz-Date", in: &$0) { _ in "20260230T040506Z" } },
        Change("two times", .malformed) { $0.headers.append(("x-amz-date", "20260203T040506Z")) },
        Change("the token", .wrongToken) { replace("X-Amz-Security-Token", in: &$0) { "\($0)x" } },
        Change("no token", .wrongToken) { $0.headers.removeAll { $0.name == "X-Amz-Security-Token" } },
        Change("no signature", .missing) { $0.headers.removeAll { $0.name == "Authorization" } },
        Change("two signatures", .malformed) { $0.headers.append(("authorization", "AWS4-HMAC-SHA256 x")) },
        Change("another scheme", .malformed) { replace("Authorization", in: &$0) { _ in "Basic YTpi" } },
        Change("nothing behind the scheme", .malformed) {
            replace("Authorization", in: &$0) { _ in "AWS4-HMAC-SHA256 " }
        },
        Change("a part more", .malformed) { replace("Authorization", in: &$0) { "\($0), Extra=1" } },
        Change("a part twice", .malformed) { replace("Authorization", in: &$0) { "\($0), Signature=00" } },
        Change("the signature in capitals", .malformed) {
            replace("Authorization", in: &$0) { text in
                let parts = text.split(separator: "Signature=")
                return "\(parts[0])Signature=\(parts[1].uppercased())"
            }
        },
        Change("the signature cut", .malformed) { replace("Authorization", in: &$0) { String($0.dropLast()) } },
        Change("a field's name that is none", .malformed) { $0.headers.append(("a b", "")) },
        Change("too many fields", .malformed) { $0.headers += Array(repeating: ("a", "b"), count: 101) },
    ]

    @Test("refuses a request in which something was changed, and says what is wrong", arguments: changes)
    func changed(change: Change) throws {
        var request = try Self.signed()
        change.apply(&request)
        #expect(failure(request) == change.expected)
    }

    @Test("refuses every changed digit of a signature")
    func digits() throws {
        let request = try Self.signed()
        let authorization = try #require(request.headers.last?.value)
        for offset in 1...64 {
            var bytes = Array(authorization.utf8)
            let position = bytes.count - offset
            bytes[position] = bytes[position] == 0x30 ? 0x31 : 0x30
            var altered = request
            altered.headers[altered.headers.count - 1].value = String(decoding: bytes, as: UTF8.self)
            #expect(failure(altered) == .mismatch)
        }
    }

    @Test("refuses other keys, other scopes and other times")
    func circumstances() throws {
        let request = try Self.signed()
        #expect(failure(request, known: nil) == .unknownKey)
        let other = AWSCredentials(accessKeyID: "ASIAEXAMPLE", secretAccessKey: "x", sessionToken: "session-token")
        #expect(failure(request, known: other) == .mismatch)
        #expect(failure(request, region: "us-east-1") == .wrongScope)
        #expect(failure(request, service: "ses") == .wrongScope)
        for (seconds, expected) in [(-301, .expired), (-300, nil), (300, nil), (301, .expired)]
            as [(Int64, SignatureFailure?)]
        {
            #expect(failure(request, seconds: seconds) == expected)
        }
    }

    @Test("takes a presigned request for its time, and not when it was changed")
    func presignedRequests() throws {
        let request = try Self.presigned()
        for (seconds, expected) in [(-301, .expired), (-300, nil), (60, nil), (61, .expired)]
            as [(Int64, SignatureFailure?)]
        {
            #expect(failure(request, seconds: seconds) == expected)
        }
        func altered(_ old: String, _ new: String) -> SignableRequest {
            var altered = request
            altered.query = request.query.split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
            return altered
        }
        #expect(failure(altered("Expires=60", "Expires=61")) == .mismatch)
        #expect(failure(altered("Expires=60", "Expires=604801")) == .malformed)
        #expect(failure(altered("Expires=60", "Expires=60&X-Amz-Expires=60")) == .malformed)
        #expect(failure(altered("session-token", "session-tokem")) == .wrongToken)
        #expect(failure(altered("GetCallerIdentity", "AssumeRole")) == .mismatch)
        #expect(failure(altered("X-Amz-Signature=", "Other=")) == .malformed)
        #expect(failure(altered("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1")) == .malformed)
        var both = request
        both.headers = try Self.signed().headers
        #expect(failure(both) == .malformed)
    }
}
