import ServiceKit

extension AuthService {
    func addSignUp(to dispatcher: inout EventDispatcher) {}
}
