using System.Text.Json.Nodes;

namespace AuthCode.Tests.TokenEndpoint;

/// <summary>The caller's claims joined with the client capability CP1.</summary>
internal sealed class ClaimsRequestTests
{
    private const string Cp1 = """{"access_token":{"xms_cc":{"values":["CP1"]}}}""";

    private static readonly TestCaseData<string, string>[] Merges =
    [
        // WIRE.md, as Azure.Identity sends it.
        new(
            """{"access_token":{"nbf":{"essential":true,"value":"1700000000"}}}""",
            """{"access_token":{"xms_cc":{"values":["CP1"]},"nbf":{"essential":true,"value":"1700000000"}}}""") { TestName = "beside another claim" },
        new("{}", Cp1) { TestName = "into nothing" },
        new(""" { } """, Cp1) { TestName = "into blanks" },
        new("""{"access_token":{}}""", Cp1) { TestName = "into an empty access_token" },
        new("""{"access_token":null}""", Cp1) { TestName = "into a null access_token" },
        new(Cp1, Cp1) { TestName = "not twice" },
        new(
            """{"access_token":{"xms_cc":{"values":["CP1","cp2"]}}}""",
            """{"access_token":{"xms_cc":{"values":["CP1","cp2"]}}}""") { TestName = "not twice beside another" },
        new(
            """{"access_token":{"xms_cc":{"values":["CP1","CP1"]}}}""",
            """{"access_token":{"xms_cc":{"values":["CP1","CP1"]}}}""") { TestName = "not a third time" },
        new(
            """{"access_token":{"xms_cc":{"values":["cp2"]}}}""",
            """{"access_token":{"xms_cc":{"values":["cp2","CP1"]}}}""") { TestName = "beside another capability" },
        new(
            """{"access_token":{"xms_cc":{"values":["cp1"]}}}""",
            """{"access_token":{"xms_cc":{"values":["cp1","CP1"]}}}""") { TestName = "beside itself in another case" },
        new(
            """{"access_token":{"xms_cc":{"essential":true}}}""",
            """{"access_token":{"xms_cc":{"values":["CP1"],"essential":true}}}""") { TestName = "into capabilities without values" },
        new("""{"access_token":{"xms_cc":null}}""", Cp1) { TestName = "into null capabilities" },
        new("""{"access_token":{"xms_cc":{"values":[]}}}""", Cp1) { TestName = "into no capabilities" },
        new(
            """{"id_token":{"auth_time":{"essential":true}}}""",
            """{"access_token":{"xms_cc":{"values":["CP1"]}},"id_token":{"auth_time":{"essential":true}}}""") { TestName = "beside an id_token" },
        new(
            """{"userinfo":{"a":[1,2.50,{"b":null}]},"access_token":{"acrs":{"essential":true,"value":"c1"}},"x":"\u20AC \"q\" <&>"}""",
            """{"access_token":{"xms_cc":{"values":["CP1"]},"acrs":{"essential":true,"value":"c1"}},"userinfo":{"a":[1,2.50,{"b":null}]},"x":"\u20AC \"q\" <&>"}""") { TestName = "beside nested values of every kind" },
    ];

    [TestCaseSource(nameof(Merges))]
    public void The_capability_is_joined(string claims, string expected) =>
        Assert.That(JsonNode.Parse(ClaimsRequest.Merge(claims, isCaeEnabled: true, out _)!)!.ToJsonString(), Is.EqualTo(JsonNode.Parse(expected)!.ToJsonString()));

    [Test]
    public void The_merge_is_the_one_on_the_wire_to_the_byte() => Assert.That(
        ClaimsRequest.Merge("""{"access_token":{"nbf":{"essential":true, "value":"1700000000"}}}""", isCaeEnabled: true, out _),
        Is.EqualTo("""{"access_token":{"xms_cc":{"values":["CP1"]},"nbf":{"essential":true,"value":"1700000000"}}}"""));

    [TestCase(null, false)]
    [TestCase("", false)]
    [TestCase("{}", false)]
    [TestCase("""{"nbf":1}""", false)]
    [TestCase("""{"access_token":null}""", false)]
    [TestCase("""{"access_token":{"acrs":{"value":"c1"}}}""", false)]
    [TestCase("""{"access_token":{"nbf":{"essential":true,"value":"1700000000"}}}""", true)]
    public void Claims_for_a_token_of_after_an_instant_are_a_revocation(string? claims, bool expected)
    {
        ClaimsRequest.Merge(claims, isCaeEnabled: false, out bool isRevocation);

        Assert.That(isRevocation, Is.EqualTo(expected));
    }

    [TestCase("{}")]
    [TestCase(""" { "access_token" : { "nbf" : 1 } } """)]
    [TestCase("""{"access_token":null}""")]
    [TestCase("""{"a":"\u20AC"}""")]
    public void Without_CAE_claims_go_as_they_are(string claims) => Assert.That(ClaimsRequest.Merge(claims, isCaeEnabled: false, out _), Is.EqualTo(claims));

    [TestCase(null)]
    [TestCase("")]
    public void Without_claims_there_is_the_capability_alone_or_nothing(string? claims) => Assert.That(
        (ClaimsRequest.Merge(claims, isCaeEnabled: true, out _), ClaimsRequest.Merge(claims, isCaeEnabled: false, out _)), Is.EqualTo((Cp1, (string?)null)));
}
