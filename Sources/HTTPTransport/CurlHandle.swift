internal import CCurl

/// The owner of one `CURL` handle: sets options, runs transfers, `curl_easy_cleanup` at its end.
@safe
final class CurlHandle {
    private let pointer: UnsafeMutableRawPointer
    /// libcurl holds a plain pointer to it.
    private let sink: ResponseSink
    private var method: HTTPRequest.Method?
    private var url = ""
    private var target: String?
    private var headers: HTTPHeaderList?
    private var timeoutMilliseconds: Int64 = 0
    private var reuses = true
    private var verifiesPeers = false

    init?(_ options: HTTPConnection.Options, sink: ResponseSink) {
        guard CurlLibrary.isReady, let pointer = unsafe curl_easy_init() else { return nil }
        unsafe self.pointer = pointer
        self.sink = sink
        setConstants(options)
    }

    deinit {
        unsafe curl_easy_cleanup(pointer)
    }

    /// Runs one transfer into the sink.
    func exchange(_ request: HTTPRequest) -> CURLcode {
        let prepared = prepare(request)
        guard prepared == CURLE_OK else { return prepared }
        if request.method == .get || request.method == .delete { return unsafe curl_easy_perform(pointer) }
        return unsafe request.body.withUnsafeBytes { body in
            // POSTFIELDS is not copied: it is valid inside this closure only. NULL would make libcurl read stdin.
            let start = unsafe body.baseAddress ?? UnsafeRawPointer(CurlHandle.emptyBody)
            set(CURLOPT_POSTFIELDSIZE_LARGE, offset: body.count)
            unsafe set(CURLOPT_POSTFIELDS, pointer: start)
            let result = unsafe curl_easy_perform(pointer)
            unsafe set(CURLOPT_POSTFIELDS, pointer: UnsafeRawPointer(CurlHandle.emptyBody))
            return result
        }
    }

    /// The status of the last response.
    var status: Int {
        unsafe nerdwork_curl_get_long(pointer, CURLINFO_RESPONSE_CODE)
    }

    /// The length that the response announced, 0 where it announced none.
    var announcedLength: Int {
        max(0, Int(unsafe nerdwork_curl_get_offset(pointer, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T)))
    }

    func failure(_ result: CURLcode, sink: ResponseSink) -> ExchangeFailure {
        unsafe ExchangeFailure(
            result: result,
            connectionsOpened: nerdwork_curl_get_long(pointer, CURLINFO_NUM_CONNECTS),
            requestBytesSent: nerdwork_curl_get_long(pointer, CURLINFO_REQUEST_SIZE),
            headBytes: sink.head.count, bodyBytes: sink.body.count,
            sinkOverflowed: sink.overflowed, socketRefused: sink.socketRefused)
    }

    // MARK: What changes from one request to the next; an option that stays the same is not set again

    private func prepare(_ request: HTTPRequest) -> CURLcode {
        if method != request.method { setMethod(request.method) }
        if headers !== request.headers {
            headers = request.headers
            _ = unsafe nerdwork_curl_set_headers(pointer, request.headers?.pointer)
        }
        let timeout = max(1, request.timeoutMilliseconds ?? .max)
        if timeout != timeoutMilliseconds { setTimeout(timeout) }
        if reuses != request.mayReuseConnection {
            reuses = request.mayReuseConnection
            set(CURLOPT_FRESH_CONNECT, reuses ? 0 : 1)
        }
        if target != request.target {
            target = request.target
            unsafe set(CURLOPT_REQUEST_TARGET, target)
        }
        return url == request.url ? CURLE_OK : setURL(request.url)
    }

    private func setMethod(_ method: HTTPRequest.Method) {
        self.method = method
        switch method {
        case .get, .delete: set(CURLOPT_HTTPGET, 1)
        case .post, .put: set(CURLOPT_POST, 1)
        }
        // POST and GET are libcurl's own; a name set by hand would stick to later requests.
        unsafe set(CURLOPT_CUSTOMREQUEST, method == .put || method == .delete ? method.rawValue : nil)
    }

    private func setTimeout(_ milliseconds: Int64) {
        timeoutMilliseconds = milliseconds
        // 0 is libcurl's "for ever"; its own limit is what fits an int.
        set(CURLOPT_TIMEOUT_MS, milliseconds == .max ? 0 : Int(min(milliseconds, Int64(Int32.max))))
    }

    private func setURL(_ text: String) -> CURLcode {
        if text.hasPrefix("https:") && !verifiesPeers { trustAuthorities() }
        let result = unsafe set(CURLOPT_URL, text)
        if result == CURLE_OK { url = text }
        return result
    }

    // MARK: What holds for all requests

    private func setConstants(_ options: HTTPConnection.Options) {
        // Without it libcurl uses SIGALRM for name look-ups, which cannot work in a process with threads.
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_TCP_NODELAY, 1)
        set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
        set(CURLOPT_CONNECTTIMEOUT_MS, options.connectTimeoutMilliseconds)
        set(CURLOPT_DNS_CACHE_TIMEOUT, 30)
        set(CURLOPT_FOLLOWLOCATION, 0)
        unsafe set(CURLOPT_PROTOCOLS_STR, "http,https")
        if let agent = options.userAgent { unsafe set(CURLOPT_USERAGENT, agent) }
        if !options.usesEnvironmentProxy { forbidProxies() }
        if let maximum = options.maximumIdleMilliseconds { set(CURLOPT_MAXAGE_CONN, max(1, Int(maximum / 1000))) }
        setCallbacks(options)
    }

    /// An empty text turns proxies off, whatever the environment says; the exception for all hosts spares libcurl the
    /// search for `no_proxy` at each request.
    private func forbidProxies() {
        unsafe set(CURLOPT_PROXY, "")
        unsafe set(CURLOPT_NOPROXY, "*")
    }

    private func setCallbacks(_ options: HTTPConnection.Options) {
        let context = unsafe UnsafeRawPointer(Unmanaged.passUnretained(self).toOpaque())
        unsafe set(CURLOPT_HEADERDATA, pointer: context)
        unsafe set(CURLOPT_WRITEDATA, pointer: context)
        _ = unsafe nerdwork_curl_set_sink(pointer, CURLOPT_HEADERFUNCTION) { line, one, count, context in
            let taken = unsafe CurlHandle.from(context)?.sink.takeHead(CurlHandle.bytes(line, one * count))
            return taken == true ? one * count : 0
        }
        _ = unsafe nerdwork_curl_set_sink(pointer, CURLOPT_WRITEFUNCTION) { piece, one, count, context in
            guard let handle = unsafe CurlHandle.from(context) else { return 0 }
            let taken = unsafe handle.sink.takeBody(CurlHandle.bytes(piece, one * count)) { handle.announcedLength }
            return taken ? one * count : 0
        }
        guard options.socketOpened != nil else { return }
        unsafe set(CURLOPT_OPENSOCKETDATA, pointer: context)
        _ = unsafe nerdwork_curl_set_socket_opener(pointer) { context, _, address in
            guard let handle = unsafe CurlHandle.from(context), let address = unsafe address else { return -1 }
            return unsafe handle.sink.openSocket(address)
        }
    }

    private static func from(_ context: UnsafeMutableRawPointer?) -> CurlHandle? {
        unsafe context.map { unsafe Unmanaged<CurlHandle>.fromOpaque($0).takeUnretainedValue() }
    }

    private static func bytes(_ start: UnsafeMutablePointer<CChar>?, _ count: Int) -> UnsafeBufferPointer<UInt8> {
        unsafe UnsafeBufferPointer(start: UnsafeRawPointer(start)?.assumingMemoryBound(to: UInt8.self), count: count)
    }

    /// Reads the bundle of authorities when the first https URL comes, not at start: parsing it costs milliseconds.
    private func trustAuthorities() {
        verifiesPeers = true
        if let path = CertificateBundle.path() { unsafe set(CURLOPT_CAINFO, path) }
    }

    private func set(_ option: CURLoption, _ value: Int) {
        _ = unsafe nerdwork_curl_set_long(pointer, option, value)
    }

    private func set(_ option: CURLoption, offset value: Int) {
        _ = unsafe nerdwork_curl_set_offset(pointer, option, curl_off_t(value))
    }

    @discardableResult
    @unsafe private func set(_ option: CURLoption, _ text: String?) -> CURLcode {
        guard let text else { return unsafe nerdwork_curl_set_text(pointer, option, nil) }
        return unsafe nerdwork_curl_set_text(pointer, option, text)
    }

    @unsafe private func set(_ option: CURLoption, pointer value: UnsafeRawPointer) {
        _ = unsafe nerdwork_curl_set_pointer(pointer, option, value)
    }

    /// A place that is never written, for requests without a body.
    nonisolated(unsafe) private static let emptyBody = UnsafeMutablePointer<UInt8>.allocate(capacity: 1)
}

/// The library's own state, made once in a process.
enum CurlLibrary {
    /// Initialises libcurl at first use, with no TLS asked for; that comes with the first https URL.
    static let isReady = curl_global_init(Int(CURL_GLOBAL_NOTHING)) == CURLE_OK
}
