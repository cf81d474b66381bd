import ServiceKit

extension AuthService {
    func addSignIn(to dispatcher: inout EventDispatcher) {}
}
