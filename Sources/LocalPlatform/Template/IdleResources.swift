/// Types of resources that shape the stack in AWS and do nothing on this machine.
///
/// A type that is missing here is one that nobody has thought about: it is said at each start, and refused by
/// `--strict`.
enum IdleResources {
    /// What does not happen locally because of it, as the end of a sentence that begins with the type.
    static func sentence(_ type: String) -> String? {
        type.hasPrefix("Custom::") ? "the function that it would invoke while deploying is not invoked" : table[type]
    }

    private static let network = "there is no network but loopback"
    private static let deployed = "there is one release, that of the working copy"
    private static let configured = "it is part of another resource that is played"

    private static let table: [String: String] = [
        // What the local stack reads as a part of something else.
        "AWS::ApiGatewayV2::Api": configured, "AWS::ApiGatewayV2::Integration": configured,
        "AWS::ApiGatewayV2::Stage": configured, "AWS::IAM::ManagedPolicy": configured,
        "AWS::IAM::Policy": configured, "AWS::IAM::Role": configured, "AWS::IAM::RolePolicy": configured,
        "AWS::Lambda::EventInvokeConfig": configured,
        "AWS::Lambda::EventSourceMapping": configured, "AWS::S3::BucketPolicy": configured,
        "AWS::SQS::Queue": configured,

        "AWS::ApiGatewayV2::ApiMapping": "the API has its address on loopback alone",
        "AWS::ApiGatewayV2::DomainName": "the API has its address on loopback alone",
        "AWS::Budgets::Budget": "nothing costs money",
        "AWS::CertificateManager::Certificate": "nothing is encrypted on loopback",
        "AWS::CloudFront::CachePolicy": "no cache stands in front",
        "AWS::CloudFront::Distribution": "no cache stands in front",
        "AWS::CloudFront::Function": "requests reach the API as they were sent",
        "AWS::CloudFront::KeyGroup": "no cache stands in front",
        "AWS::CloudFront::OriginAccessControl": "no cache stands in front",
        "AWS::CloudFront::OriginRequestPolicy": "requests reach the API as they were sent",
        "AWS::CloudFront::PublicKey": "no cache stands in front",
        "AWS::CloudFront::ResponseHeadersPolicy": "answers have the header fields of the API alone",
        "AWS::CloudFormation::CustomResource": "the function that it would invoke while deploying is not invoked",
        "AWS::CloudTrail::Trail": "calls are told on the console, not recorded",
        "AWS::CloudWatch::Alarm": "nothing is measured, so nobody is told",
        "AWS::CloudWatch::CompositeAlarm": "nothing is measured, so nobody is told",
        "AWS::CloudWatch::Dashboard": "the local console shows what happens",
        "AWS::Config::ConfigRule": "nothing is inspected",
        "AWS::Config::ConfigurationRecorder": "nothing is inspected",
        "AWS::Config::DeliveryChannel": "nothing is inspected",
        "AWS::DynamoDB::Table": "nothing is kept in it; no function uses it",
        "AWS::EC2::EIP": network, "AWS::EC2::FlowLog": network, "AWS::EC2::InternetGateway": network,
        "AWS::EC2::NatGateway": network, "AWS::EC2::Route": network, "AWS::EC2::RouteTable": network,
        "AWS::EC2::SecurityGroup": network, "AWS::EC2::SecurityGroupEgress": network,
        "AWS::EC2::SecurityGroupIngress": network, "AWS::EC2::Subnet": network,
        "AWS::EC2::SubnetRouteTableAssociation": network, "AWS::EC2::VPC": network, "AWS::EC2::VPCEndpoint": network,
        "AWS::EC2::VPCGatewayAttachment": network,
        "AWS::Events::Archive": "events are kept in the dead letters alone",
        "AWS::Events::EventBusPolicy": "no other account puts events on the bus",
        "AWS::GuardDuty::Detector": "nobody watches for intruders",
        "AWS::KMS::Alias": "secrets are encrypted with the key of this machine",
        "AWS::KMS::Key": "secrets are encrypted with the key of this machine",
        "AWS::Lambda::Alias": deployed, "AWS::Lambda::Version": deployed,
        "AWS::Lambda::Permission": "the local stack invokes what it is told to",
        "AWS::Logs::LogGroup": "logs go to the terminal and the console",
        "AWS::Logs::MetricFilter": "lines are not counted",
        "AWS::Logs::ResourcePolicy": "logs go to the terminal and the console",
        "AWS::RDS::DBCluster": "a private PostgreSQL stands in",
        "AWS::RDS::DBInstance": "a private PostgreSQL stands in",
        "AWS::RDS::DBClusterParameterGroup": "the private PostgreSQL has its own settings",
        "AWS::RDS::DBParameterGroup": "the private PostgreSQL has its own settings", "AWS::RDS::DBSubnetGroup": network,
        "AWS::Route53::RecordSet": "names lead where the machine's own resolver says",
        "AWS::Route53::RecordSetGroup": "names lead where the machine's own resolver says",
        "AWS::SNS::Subscription": "nobody is told of alarms", "AWS::SNS::Topic": "nobody is told of alarms",
        "AWS::SNS::TopicPolicy": "nobody is told of alarms",
        "AWS::SQS::QueuePolicy": "queues are of the local stack alone",
        "AWS::Scheduler::ScheduleGroup": "schedules have no groups",
        "AWS::SecretsManager::ResourcePolicy": "secrets are of the local stack alone",
        "AWS::WAFv2::LoggingConfiguration": "no request is filtered",
        "AWS::WAFv2::WebACL": "no request is filtered",
        "AWS::WAFv2::WebACLAssociation": "no request is filtered",
    ]
}

/// A type of resources that does nothing on this machine.
package struct IdleType: Sendable, Equatable {
    package let type: String
    /// How many of them the template has.
    package let count: Int
    /// What does not happen because of it, in a few words without a full stop.
    package let sentence: String
}

/// Something of the template that the local stack would have to do and cannot.
package struct UnsupportedResource: Sendable, Equatable {
    /// Its logical name.
    package let name: String
    package let type: String
    /// What is missing, in a few words without a full stop.
    package let reason: String

    package init(name: String, type: String, reason: String) {
        self.name = name
        self.type = type
        self.reason = reason
    }
}
