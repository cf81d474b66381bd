import Testing

@testable import AWSClient

@Suite("Region, endpoint and the container's endpoint")
struct EndpointTests {
    /// botocore 1.44: `endpoints` of the three services, `partitions.json`.
    @Test(
        "The regional host, in every partition",
        arguments: [
            ("eu-west-1", "email.eu-west-1.amazonaws.com"), ("us-gov-west-1", "email.us-gov-west-1.amazonaws.com"),
            ("cn-north-1", "email.cn-north-1.amazonaws.com.cn"), ("us-iso-east-1", "email.us-iso-east-1.c2s.ic.gov"),
            ("us-isob-east-1", "email.us-isob-east-1.sc2s.sgov.gov"),
            ("us-isof-south-1", "email.us-isof-south-1.csp.hci.ic.gov"),
            ("eu-isoe-west-1", "email.eu-isoe-west-1.cloud.adc-e.uk"),
            ("eusc-de-east-1", "email.eusc-de-east-1.amazonaws.eu"),
        ])
    func regional(region: String, host: String) throws {
        let endpoint = try Endpoint.resolve(.ses, region: region, { _ in nil })
        #expect(endpoint == Endpoint(scheme: "https", authority: host, basePath: ""))
    }

    @Test("The hosts of the other services")
    func services() throws {
        let events = try Endpoint.resolve(.eventBridge, region: "af-south-1", { _ in nil })
        let secrets = try Endpoint.resolve(.secretsManager, region: "af-south-1", { _ in nil })
        #expect(events.authority == "events.af-south-1.amazonaws.com")
        #expect(secrets.authority == "secretsmanager.af-south-1.amazonaws.com")
    }

    @Test("The service's variable counts before the one for all, and both can be ignored")
    func variables() throws {
        var set = [
            "AWS_ENDPOINT_URL": "http://127.0.0.1:4566/", "AWS_ENDPOINT_URL_SECRETS_MANAGER": "https://s.test/a/",
        ]
        func authority(_ service: AWSService) throws -> Endpoint {
            try Endpoint.resolve(service, region: "eu-west-1") { [set] in set[$0] }
        }
        #expect(try authority(.ses) == Endpoint(scheme: "http", authority: "127.0.0.1:4566", basePath: ""))
        #expect(try authority(.secretsManager) == Endpoint(scheme: "https", authority: "s.test", basePath: "/a"))
        set["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true"
        #expect(try authority(.ses).authority == "email.eu-west-1.amazonaws.com")
    }

    @Test(
        "The port is in the Host header only where it is not the scheme's",
        arguments: [
            ("https://a.test:443", "a.test"), ("http://a.test:80", "a.test"), ("https://a.test:80", "a.test:80"),
            ("HTTP://A.Test:8080", "a.test:8080"), ("http://[::1]:9000/x", "[::1]:9000"),
        ])
    func authority(url: String, expected: String) {
        #expect(Endpoint(url: url)?.authority == expected)
    }

    @Test(
        "What is no plain http or https URL is a configuration error that names the variable, not the value",
        arguments: [
            "ftp://a.test", "a.test", "http://", "http://u:secret@a.test", "http://a.test/?secret=1",
            "http://a.test/#secret",
            "http://a.test:0", "http://a.test:99999", "http://a.test:80x", "http://[::1", "http://a b",
            "http://a.test\r\nX: secret",
        ])
    func wrongEndpoint(url: String) {
        let error = #expect(throws: AWSError.self) {
            try Endpoint.resolve(.ses, region: "eu-west-1") { $0 == "AWS_ENDPOINT_URL" ? url : nil }
        }
        #expect(error?.code == .configuration)
        #expect(error?.description.contains("AWS_ENDPOINT_URL") == true)
        #expect(error?.description.contains("secret") == false)
    }

    @Test("AWS_REGION counts before AWS_DEFAULT_REGION; none, or one that is no name, is an error")
    func region() throws {
        let both = ["AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "us-east-1"]
        #expect(try Region.read { both[$0] } == "eu-west-1")
        #expect(try Region.read { $0 == "AWS_DEFAULT_REGION" ? "us-east-1" : nil } == "us-east-1")
        for wrong in ["", "evil.test/", "eu west", "EU-WEST-1"] {
            #expect(throws: AWSError.self) { try Region.read { $0 == "AWS_REGION" ? wrong : nil } }
        }
    }

    /// botocore 1.44, `ContainerMetadataFetcher`.
    @Test(
        "A container's endpoint in the clear only where the SDKs allow it",
        arguments: [
            ("http://127.0.0.1:1234/get-credentials", true), ("http://127.8.9.10/x", true), ("http://[::1]:80/x", true),
            ("http://localhost/x", true), ("http://169.254.170.2/x?id=1", true),
            ("http://169.254.170.23/v1/credentials", true),
            ("http://[fd00:ec2::23]/v1/credentials", true), ("https://credentials.example.com/x", true),
            ("http://credentials.example.com/x", false), ("http://169.254.169.254/x", false),
            ("http://10.0.0.1/x", false),
            ("http://127.0.0.1.evil.test/x", false), ("http://localhost@evil.test/x", false),
            ("file:///etc/passwd", false),
            ("http://127.0.0.256/", false), ("http://127.1/", false), ("/relative", false), ("", false),
        ])
    func containerHosts(url: String, isAllowed: Bool) {
        #expect(ContainerEndpoint.isAllowed(url) == isAllowed)
    }

    @Test("The relative URI counts before the full one, the token's file before the token")
    func containerVariables() throws {
        let all = [
            "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/credentials/1",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://[::1]/",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": "plain", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/token",
        ]
        func read(_ names: [String], file: String? = "from file") throws -> ContainerEndpoint? {
            try ContainerEndpoint.read({ names.contains($0) ? all[$0] : nil }, readFile: { _ in file })
        }
        let names = all.keys.sorted()
        let relative = ContainerEndpoint(url: "http://169.254.170.2/v2/credentials/1", token: "from file")
        #expect(try read(names) == relative)
        #expect(try read([]) == nil)
        let full = ["AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN"]
        #expect(try read(full) == ContainerEndpoint(url: "http://[::1]/", token: "plain"))
        #expect(throws: AWSError.self) { try read(names, file: nil) }
        #expect(throws: AWSError.self) { try read(names, file: "a\r\nX: y") }
    }

    @Test("A token's file is read whole; one that is not there or endless is refused")
    func tokenFile() {
        #expect(TokenFile.read("/proc/self/cmdline") != nil)
        #expect(TokenFile.read("/nonexistent") == nil)
        #expect(TokenFile.read("/dev/zero") == nil)
        #expect(TokenFile.read("/tmp") == nil)
    }
}
