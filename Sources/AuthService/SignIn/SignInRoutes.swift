import ServiceKit

extension AuthService {
    func addSignIn(to dispatcher: inout EventDispatcher) {
        dispatcher.post("/auth/login") { [self] in try login($0, $1) }
        dispatcher.post("/auth/login/mfa") { [self] in try loginWithSecondFactor($0, $1) }
        dispatcher.post("/auth/token/refresh") { [self] in try refresh($0, $1) }
        dispatcher.post("/auth/logout") { [self] in try logout($0, $1) }
        dispatcher.get("/auth/sessions") { [self] in try sessions($0, $1) }
        dispatcher.route(.delete, "/auth/sessions/{id}") { [self] in try endSession($0, $1) }
        dispatcher.route(.delete, "/auth/sessions") { [self] in try endSessions($0, $1) }
    }
}
