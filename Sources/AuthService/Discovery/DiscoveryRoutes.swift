import ServiceKit

extension AuthService {
    func addDiscovery(to dispatcher: inout EventDispatcher) {}
}
