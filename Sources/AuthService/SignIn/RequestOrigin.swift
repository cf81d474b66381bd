import Codecs
import LambdaEvents
import ServiceKit
import StrictJSON

/// Where a request comes from, as far as its session is to remember it.
struct RequestOrigin: Sendable {
    let client: SessionClient
    let address: ClientAddress
    /// The field `user-agent`, shortened to 256 bytes; nil where there is none or it is no visible ASCII.
    let userAgent: String?
    /// What the client calls the device, for its owner to recognise.
    let deviceName: String?

    /// - Parameter deviceName: the member of that name; nil where the route has none
    /// - Throws: `Problem` 422 for a name that is longer than 64 characters or has control characters in it.
    init(_ request: APIRequest, deviceName: JSONValue? = nil) throws(Problem) {
        client = SessionClient(request)
        address = ClientAddress(request)
        userAgent = Self.readable(request.event.context.http.userAgent)
        self.deviceName = try deviceName.flatMap { value throws(Problem) in try Self.name(value) }
    }

    private init(_ other: RequestOrigin, deviceName: String?) {
        client = other.client
        address = other.address
        userAgent = other.userAgent
        self.deviceName = deviceName
    }

    /// The same, with this name where it has none.
    func named(_ name: String?) -> RequestOrigin {
        RequestOrigin(self, deviceName: deviceName ?? name)
    }

    private static func readable(_ text: String) -> String? {
        let bytes = text.utf8.prefix(256)
        guard !bytes.isEmpty, bytes.allSatisfy(ASCII.isPrintable) else { return nil }
        return String(Substring(bytes))
    }

    private static func name(_ value: JSONValue) throws(Problem) -> String? {
        guard !value.isNull else { return nil }
        let text: String
        do throws(JSONError) {
            text = try value.string(maximumBytes: 256)
        } catch {
            throw Problem(error)
        }
        let scalars = text.unicodeScalars
        guard scalars.count <= 64 else {
            throw .unprocessable(pointer: "/device_name", code: "too_long", max: 64)
        }
        // Neither lines of their own nor text that runs the other way, where the name is shown.
        let isPlain = scalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .surrogate, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse: false
            default: true
            }
        }
        guard isPlain else { throw .unprocessable(pointer: "/device_name", code: "invalid_characters") }
        return text.isEmpty ? nil : text
    }
}
