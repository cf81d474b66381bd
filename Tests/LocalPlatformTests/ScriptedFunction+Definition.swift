internal import LocalPlatform
import TestSupport
import Testing

extension ScriptedFunction {
    static func definition(timeoutSeconds: Int = 10) throws -> TemplateFunction {
        let text = """
            {"Resources":{"One":{"Type":"AWS::Lambda::Function","Properties":{"FunctionName":"nerdwork-scripted",
            "Handler":"bootstrap","Timeout":\(timeoutSeconds),"MemorySize":256,"Code":{"S3Key":"scripted.zip"},
            "Environment":{"Variables":{"GREETING":"hello","PGHOST":"aurora.example"}}}}}}
            """
        return try #require(try Template(parsing: Array(text.utf8)).functions.first)
    }
}
