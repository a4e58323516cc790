using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace AuthCode.Tests.IdTokens;

/// <summary>Whom an ID token of a refresh is about (OpenID Connect Core section 12.2).</summary>
internal sealed class TokenSubjectTests
{
    private const string Issuer = "\"iss\":\"https://op.example\"";
    private const string Audience = "\"aud\":\"client-1\"";

    private static readonly ClientId Client = ClientId.Parse("client-1");
    private static readonly TokenSubject Ada = new("https://op.example", "ada", "oid-1");

    [TestCase("https://op.example", "ada", "oid-1", true)]
    [TestCase("https://op.example", "ada", null, true)]
    [TestCase("https://op.example", "ada", "oid-2", false)]
    [TestCase("https://op.example", "ADA", "oid-1", false)]
    [TestCase("https://op.example/", "ada", "oid-1", false)]
    public void The_same_user_has_the_same_issuer_subject_and_id(string issuer, string subject, string? objectId, bool expected) =>
        Assert.That(Ada.IsSame(new TokenSubject(issuer, subject, objectId)), Is.EqualTo(expected));

    [Test]
    public void Nobody_is_not_the_same() => Assert.That(Ada.IsSame(null), Is.False);

    [Test]
    public void The_claims_are_read() => Assert.That(Of($$"""{{{Issuer}},{{Audience}},"sub":"ada","oid":"oid-1"}"""), Is.EqualTo(Ada));

    [TestCase($"{{{Issuer}}}")]
    [TestCase($"{{{Audience},\"sub\":\"ada\"}}")]
    [TestCase($"{{\"iss\":1,{Audience},\"sub\":\"ada\"}}")]
    [TestCase($"{{\"iss\":\"\",{Audience},\"sub\":\"ada\"}}")]
    [TestCase($"{{{Issuer},{Audience},\"sub\":\"ada\",\"sub\":\"eve\"}}")]
    [TestCase($"{{{Issuer},{Audience},\"sub\":1}}")]
    [TestCase($"{{{Issuer},{Audience},\"sub\":true}}")]
    [TestCase($"{{{Issuer},{Audience},\"sub\":[\"ada\"]}}")]
    [TestCase($"{{{Issuer},{Audience},\"sub\":null}}")]
    [TestCase($"{{{Issuer},{Audience},\"sub\":\"\"}}")]
    [TestCase($"{{{Issuer},{Audience},\"sub\":\" \"}}")]
    [TestCase($"{{{Issuer},{Audience},\"sub\":\" ada\"}}")]
    [TestCase($"{{{Issuer},{Audience},\"sub\":\"a\\u0000da\"}}")]
    [TestCase($"{{{Issuer},{Audience},\"sub\":\"Ada Lovelace\"}}")]
    [TestCase($"{{{Issuer},{Audience},\"sub\":\"ada\\u00a0lovelace\"}}")]
    [TestCase($"{{{Issuer},{Audience},\"sub\":\"No subject.\",\"oid\":\"oid-1\"}}")]
    [TestCase($"{{{Issuer},{Audience},\"sub\":\"\\ud800\"}}")]
    [TestCase($"{{{Issuer},{Audience},\"sub\":\"Not supported currently. Use oid claim.\",\"oid\":7}}")]
    [TestCase($"{{{Issuer},{Audience},\"sub\":\"Not supported currently. Use oid claim.\",\"oid\":\"\"}}")]
    [TestCase($"{{{Issuer},{Audience},\"sub\":\"ada\",\"azp\":7}}")]
    [TestCase($"{{{Issuer},{Audience},\"sub\":\"ada\",\"nonce\":7}}")]
    [TestCase($"{{{Issuer},{Audience},\"sub\":\"ada\",\"nonce\":[\"n\"]}}")]
    [TestCase($"{{{Issuer},{Audience},\"sub\":\"Not supported currently. Use oid claim.\"}}")]
    [TestCase($"{{{Issuer},\"sub\":\"ada\"}}")]
    [TestCase($"{{{Issuer},\"sub\":\"ada\",\"aud\":\"client-2\"}}")]
    [TestCase($"{{{Issuer},\"sub\":\"ada\",\"aud\":[\"client-1\",2]}}")]
    [TestCase("[]")]
    [TestCase("no JSON")]
    public void What_names_nobody_or_another_client_is_about_nobody(string payload) => Assert.That(Of(payload), Is.Null);

    [TestCase("")]
    [TestCase("a.b")]
    [TestCase("a.%%.c")]
    [TestCase("a.b.c.d.e")]
    public void What_is_no_token_is_about_nobody(string text) => Assert.That(TokenSubject.Of(text, Client), Is.Null);

    [TestCase("", "", true)]
    [TestCase(",\"auth_time\":100", "", true)]
    [TestCase("", ",\"auth_time\":100", true)]
    [TestCase(",\"auth_time\":100", ",\"auth_time\":100.9", true)]
    [TestCase(",\"auth_time\":100", ",\"auth_time\":101", true)]
    [TestCase(",\"auth_time\":100", ",\"auth_time\":99", false)]
    [TestCase(",\"auth_time\":100", ",\"auth_time\":1e2", true)]
    [TestCase(",\"auth_time\":100", ",\"auth_time\":null", true)]
    [TestCase(",\"auth_time\":100", ",\"auth_time\":\"100\"", false)]
    [TestCase(",\"auth_time\":100", ",\"auth_time\":1e300", false)]
    [TestCase(",\"auth_time\":100", ",\"auth_time\":{}", false)]
    [TestCase("", ",\"auth_time\":\"100\"", true)]
    [TestCase(",\"azp\":\"client-1\"", "", false)]
    [TestCase("", ",\"azp\":null", true)]
    [TestCase(",\"nonce\":\"n\"", ",\"nonce\":null", true)]
    [TestCase(",\"nonce\":\"n\"", ",\"nonce\":\"\"", false)]
    [TestCase(",\"azp\":\"client-1\"", ",\"azp\":\"client-1\"", true)]
    [TestCase(",\"azp\":\"client-1\"", ",\"azp\":\"client-2\"", false)]
    [TestCase("", ",\"azp\":\"client-2\"", false)]
    [TestCase(",\"nonce\":\"n\"", "", true)]
    [TestCase(",\"nonce\":\"n\"", ",\"nonce\":\"n\"", true)]
    [TestCase(",\"nonce\":\"n\"", ",\"nonce\":\"m\"", false)]
    [TestCase("", ",\"nonce\":\"n\"", false)]
    public void What_a_refresh_may_not_change(string before, string after, bool expected)
    {
        string start = $"{{{Issuer},{Audience},\"sub\":\"ada\"";

        Assert.That(Of($"{start}{before}}}")!.IsSame(Of($"{start}{after}}}")), Is.EqualTo(expected));
    }

    [TestCase("\"client-1\"", "[\"client-1\",\"api\"]", true)]
    [TestCase("[\"client-1\",\"api\"]", "[\"api\",\"client-1\"]", true)]
    [TestCase("[\"client-1\",\"api\"]", "\"client-1\"", false)]
    [TestCase("[\"client-1\",\"api\"]", "[\"client-1\",\"other\"]", false)]
    public void An_audience_of_the_sign_in_stays_one(string before, string after, bool expected)
    {
        string start = $"{{{Issuer},\"sub\":\"ada\",\"aud\":";

        Assert.That(Of($"{start}{before}}}")!.IsSame(Of($"{start}{after}}}")), Is.EqualTo(expected));
    }

    [Test]
    public void The_object_id_stands_in_where_B2C_has_no_subject()
    {
        TokenSubject one = Of($"{{{Issuer},{Audience},\"sub\":\"Not supported currently. Use oid claim.\",\"oid\":\"oid-1\"}}")!;
        TokenSubject other = Of($"{{{Issuer},{Audience},\"sub\":\"Not supported currently. Use oid claim.\",\"oid\":\"oid-2\"}}")!;

        Assert.That((one.Subject, one.KeyOf(null) == other.KeyOf(null), one.IsSame(other)), Is.EqualTo(("oid-1", false, false)));
    }

    [Test]
    public void Entras_ids_are_the_key_where_Entra_vouches_for_them_alone() => Assert.That(
        (Ada.KeyOf("tid-1"), Ada.KeyOf(null)), Is.EqualTo(("oid-1.tid-1", "https://op.example|ada")));

    [Test]
    public void Issuer_and_subject_are_joined_so_that_no_two_users_have_one_key()
    {
        TokenSubject[] users = [new("https://a|b", "c"), new("https://a", "b|c"), new("https://a%7Cb", "c"), new("https://a%257Cb", "c")];

        Assert.That(users.Select(static user => user.KeyOf(null)), Is.Unique);
    }

    [TestCase("https://op.example|ada")]
    [TestCase("|")]
    [TestCase("")]
    [TestCase("the object id")]
    public void An_object_id_that_is_none_makes_no_key_of_Entras_form(string objectId) =>
        Assert.That(new TokenSubject("https://op.example", "ada", objectId).KeyOf("tid-1"), Is.EqualTo("https://op.example|ada"));

    [Test]
    public void It_prints_no_user() => Assert.That(Ada.ToString(), Is.EqualTo("a user of https://op.example"));

    [Test]
    public void A_user_is_serialised_without_the_token()
    {
        var user = new SignedInUser(new(), "key", "session-key-1", null!, "id-token-1", client: null, []);

        Assert.That(JsonSerializer.Serialize(user), Does.Not.Contain("id-token-1").And.Not.Contain("session-key-1"));
    }

    private static TokenSubject? Of(string payload) => TokenSubject.Of($"e30.{Base64UrlEncoder.Encode(Encoding.UTF8.GetBytes(payload))}.c2ln", Client);
}
