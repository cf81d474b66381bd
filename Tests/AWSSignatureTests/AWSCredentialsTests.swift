import AWSSignature
import Testing

@Suite("Credentials")
struct AWSCredentialsTests {
    @Test("no way of printing credentials shows their secrets")
    func secretsStayHidden() {
        let credentials = AWSCredentials(
            accessKeyID: "AKIDEXAMPLE", secretAccessKey: "hidden-key", sessionToken: "hidden-token")
        var dumped = ""
        dump(credentials, to: &dumped)
        for text in ["\(credentials)", String(reflecting: credentials), dumped] {
            #expect(!text.contains("hidden"))
        }
    }
}
