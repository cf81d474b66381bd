/// Whoever carries out HTTP exchanges, one after the other.
package protocol HTTPExchanging: AnyObject {
    /// Sends the request and waits for the whole response.
    ///
    /// - Returns: any response, whatever its status.
    /// - Throws: `TransportError` where no whole response came.
    func perform(_ request: HTTPRequest) throws(TransportError) -> HTTPResponse
}
