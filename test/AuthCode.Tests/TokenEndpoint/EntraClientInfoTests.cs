using System.Text;

namespace AuthCode.Tests.TokenEndpoint;

/// <summary>Entra's <c>client_info</c> as a routing hint, which is there or not and never an error.</summary>
internal sealed class EntraClientInfoTests
{
    [TestCase("""{"uid":"u-1","utid":"t-1"}""")]
    [TestCase("""{"utid":"t-1","uid":"u-1"}""")]
    [TestCase("""{"ver":"1.0","uid":"u-1","utid":"t-1"}""")]
    [TestCase("""{"a":{"uid":"x","utid":"y"},"uid":"u-1","b":[{"uid":"z"}],"utid":"t-1","c":null}""")]
    public void User_and_home_tenant_are_the_hint(string json) => Assert.That(HintOf(json), Is.EqualTo("oid:u-1@t-1"));

    [TestCase("{}")]
    [TestCase("""{"uid":"u-1"}""")]
    [TestCase("""{"utid":"t-1"}""")]
    [TestCase("""{"uid":"","utid":"t-1"}""")]
    [TestCase("""{"uid":"u-1","utid":""}""")]
    [TestCase("""{"uid":null,"utid":"t-1"}""")]
    [TestCase("""{"uid":1,"utid":"t-1"}""")]
    [TestCase("""{"uid":{"uid":"u-1"},"utid":"t-1"}""")]
    [TestCase("""{"utid":"t-1","uid":{"uid":"u-1"}}""")]
    [TestCase("""{"uid":["u-1"],"utid":"t-1"}""")]
    public void Without_one_of_them_there_is_none(string json) => Assert.That(HintOf(json), Is.Null);

    [TestCase("""{"uid":"u 1","utid":"t-1"}""")]
    [TestCase("""{"uid":"u-1","utid":"t@1"}""")]
    [TestCase("""{"uid":"u-1","utid":"t\r\n1"}""")]
    [TestCase("""{"uid":"\u00FC-1","utid":"t-1"}""")]
    [TestCase("""{"uid":"\uD800","utid":"t-1"}""")]
    public void What_could_reshape_the_header_is_none(string json) => Assert.That(HintOf(json), Is.Null);

    [TestCase("")]
    [TestCase("[]")]
    [TestCase("not JSON")]
    [TestCase("""{"uid":"u-1","utid":"t-1" """)]
    public void What_is_no_object_is_none(string json) => Assert.That(HintOf(json), Is.Null);

    [TestCase(null)]
    [TestCase("!")]
    [TestCase("a")]
    public void What_is_no_base64url_is_none(string? clientInfo) => Assert.That(EntraClientInfo.RoutingHintOf(clientInfo), Is.Null);

    [TestCase(1536, 2048, true)]
    [TestCase(1537, 2050, false)]
    public void More_than_2048_characters_are_not_read(int bytes, int characters, bool isRead)
    {
        const string Short = """{"uid":"u-1","utid":"t-1","x":""}""";
        string clientInfo = Encoded(Short.Insert(Short.Length - 2, new string('x', bytes - Short.Length)));

        Assert.That((clientInfo.Length, EntraClientInfo.RoutingHintOf(clientInfo)), Is.EqualTo((characters, isRead ? "oid:u-1@t-1" : null)));
    }

    private static string? HintOf(string json) => EntraClientInfo.RoutingHintOf(Encoded(json));

    private static string Encoded(string json) => Base64UrlText.Encode(Encoding.UTF8.GetBytes(json));
}
