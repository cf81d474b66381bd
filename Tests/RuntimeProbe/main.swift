import LambdaRuntime

LambdaRuntime.run { _ in { payload, _ in payload } }
