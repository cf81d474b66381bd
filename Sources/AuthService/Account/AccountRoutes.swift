import ServiceKit

extension AuthService {
    func addAccount(to dispatcher: inout EventDispatcher) {}
}
