import LambdaEvents
import ServiceKit
import StrictJSON

extension AuthService {
    func addAccount(to dispatcher: inout EventDispatcher) {
        addProfile(to: &dispatcher)
        addFactors(to: &dispatcher)
        addAdministration(to: &dispatcher)
        dispatcher.onSchedule { [self] event, context in
            let task = try event.detail.member("task")
            guard task.matches("purge") else { throw task.error(.range) }
            return try purge(context)
        }
    }

    private func addProfile(to dispatcher: inout EventDispatcher) {
        dispatcher.get("/auth/profile") { [self] request, context in try profile(request, context) }
        dispatcher.patch("/auth/profile") { [self] request, context in try changeProfile(request, context) }
        dispatcher.delete("/auth/profile", takesBody: true) { [self] request, context in
            try deleteAccount(request, context)
        }
        dispatcher.get("/auth/profile/export") { [self] request, context in try export(request, context) }
        dispatcher.post("/auth/reauthenticate") { [self] request, context in try reauthenticate(request, context) }
    }

    private func addFactors(to dispatcher: inout EventDispatcher) {
        dispatcher.get("/auth/mfa/totp") { [self] request, context in try factorState(request, context) }
        dispatcher.post("/auth/mfa/totp") { [self] request, context in try startFactor(request, context) }
        dispatcher.post("/auth/mfa/totp/confirm") { [self] request, context in try confirmFactor(request, context) }
        dispatcher.delete("/auth/mfa/totp") { [self] request, context in try removeFactor(request, context) }
        dispatcher.post("/auth/mfa/recovery-codes") { [self] request, context in
            try replaceRecoveryCodes(request, context)
        }
    }
}
