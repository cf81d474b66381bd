import LambdaRuntime

// Echoes the event: what the runtime alone costs, for scripts/bench.
LambdaRuntime.run { _ in
    { payload, _ in payload }
}
