// Brings a deployment to the state that the release needs: in Lambda, or as a command, `provision migrate`.

import LambdaRuntime
import Platform
import ProvisionService

if CommandLine.arguments.count == 1, RuntimeEnvironment.variable("AWS_LAMBDA_RUNTIME_API") != nil {
    LambdaRuntime.run { environment in
        ProvisionFunction(environment: { environment[$0] }).handler
    }
}

/// Writes one line, at once: output that stays in a buffer is lost when something ends the process.
func write(_ line: String, to descriptor: Int32) {
    var bytes = Array((line + "\n").utf8)
    while !bytes.isEmpty {
        let count = unsafe bytes.withUnsafeBytes { unsafe Platform.write(descriptor, $0.baseAddress, $0.count) }
        guard count > 0 else { return }
        bytes.removeFirst(count)
    }
}

let status = ProvisionCommand.run(
    arguments: Array(CommandLine.arguments.dropFirst()), environment: { RuntimeEnvironment.variable($0) },
    say: { write($0, to: 1) }, complain: { write($0, to: 2) },
    provision: { try Provisioner.run($0, $1, environment: { RuntimeEnvironment.variable($0) }) })
exit(status.rawValue)
