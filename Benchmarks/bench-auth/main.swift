import AuthKeys
import AuthService
import Cryptography
import Platform
import ServiceKit

// bench-auth timing SAMPLES COST ROUTE, or bench-auth costs COUNT COST OPERATIONS (separated by commas); the cost is
// `standard` or `low`. scripts/lib/bench_auth.py starts it, and reads what it prints.
func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 5, let count = Int(arguments[2]) else { throw UsageError(words: "four arguments") }
    // As little work as scrypt can do, so that there is least noise for a difference to hide in.
    let cost = arguments[3] == "standard" ? ScryptCost.standard : ScryptCost(logN: 1, blockSize: 1, parallelism: 1)
    let names = arguments[4].utf8.split(separator: UInt8(ascii: ",")).map { String(Substring($0)) }
    let stage = try Stage(Environment { name in unsafe getenv(name).map { unsafe String(cString: $0) } }, cost: cost)
    let vault = PasswordVault(roots: stage.keys.roots, cost: cost) { _ in }
    let accounts = try Accounts(stage.administrator, vault, now: stage.now)
    if arguments[1] == "timing" {
        var timing = Timing(stage, accounts)
        for route in names.prefix(1) { try timing.run(route, samples: count) }
    } else if let account = accounts.all(.active).first {
        var costs = try Costs(stage, account)
        try costs.run(names, count: count)
    }
}

do {
    try main()
} catch {
    let words = Array("bench-auth: \(error)\n".utf8)
    _ = unsafe write(STDERR_FILENO, words, words.count)
    exit(1)
}
