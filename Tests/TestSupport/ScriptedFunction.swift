internal import Platform

/// A function written in bash, which speaks the Runtime API without any of our code.
package struct ScriptedFunction {
    package let path: String

    /// Folder of the executable, whose name is `scripted`.
    package var folder: String { String(path.dropLast("/scripted".utf8.count)) }

    /// - Parameters:
    ///   - start: what runs before the first `next`.
    ///   - handle: what runs with the event in `$event` and the request id in `$id`; its output is the response;
    ///     `gate` and `meet` wait there (`ScriptedGate.swift`).
    ///   - afterwards: what runs between the response and the next invocation.
    package init(start: String = "", handle: String, afterwards: String = "") throws {
        var template = Array("/tmp/nerdwork-function-XXXXXX".utf8CString)
        let folder = unsafe template.withUnsafeMutableBufferPointer { buffer in
            unsafe buffer.baseAddress.flatMap { unsafe mkdtemp($0) }.map { unsafe String(cString: $0) }
        }
        guard let folder else { throw HarnessError("cannot make a folder in /tmp") }
        path = folder + "/scripted"
        let script = Self.script(gate: Self.gate(in: folder), start: start, handle: handle, afterwards: afterwards)
        try Self.write(script, to: path)
    }

    private static func write(_ text: String, to path: String) throws {
        let bytes = Array(text.utf8)
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o755)
        guard file >= 0 else { throw HarnessError("cannot write \(path)") }
        defer { close(file) }
        let count = unsafe bytes.withUnsafeBytes { unsafe Platform.write(file, $0.baseAddress, $0.count) }
        guard count == bytes.count else { throw HarnessError("cannot write \(path)") }
    }

    /// HTTP by hand over `/dev/tcp`: one connection for each request.
    private static func script(gate: String, start: String, handle: String, afterwards: String) -> String {
        """
        #!/bin/bash
        host=${AWS_LAMBDA_RUNTIME_API%:*} port=${AWS_LAMBDA_RUNTIME_API#*:} base=/2018-06-01/runtime
        request() { # method, path, body; leaves the answer in $headers and $body
            local line length=0
            headers='' body=''
            exec 3<>"/dev/tcp/$host/$port"
            printf '%s %s HTTP/1.1\\r\\nHost: local\\r\\nContent-Length: %s\\r\\n\\r\\n%s' \\
                "$1" "$base$2" "${#3}" "$3" >&3
            while IFS= read -r line <&3 && line=${line%$'\\r'} && [ -n "$line" ]; do
                headers+=$line$'\\n'
                case ${line,,} in content-length:*) length=${line#*: } ;; esac
            done
            [ "$length" -eq 0 ] || IFS= read -r -N "$length" body <&3
            exec 3>&-
        }
        \(gate)
        \(start)
        while true; do
            request GET /invocation/next ""
            event=$body
            id=$(printf '%s' "$headers" | sed -n 's/^Lambda-Runtime-Aws-Request-Id: //Ip')
            [ -n "$id" ] || exit 1
            result=$(\(handle))
            request POST "/invocation/$id/response" "$result"
            \(afterwards)
        done
        """
    }
}
