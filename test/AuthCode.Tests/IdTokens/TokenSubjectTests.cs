using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace AuthCode.Tests.IdTokens;

/// <summary>Whom an ID token of a refresh is about.</summary>
internal sealed class TokenSubjectTests
{
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
    public void The_claims_are_read() => Assert.That(TokenSubject.Of(Token("""{"iss":"https://op.example","sub":"ada","oid":"oid-1"}""")), Is.EqualTo(Ada));

    [TestCase("""{"iss":"https://op.example"}""")]
    [TestCase("""{"sub":"ada"}""")]
    [TestCase("""{"iss":1,"sub":"ada"}""")]
    [TestCase("""{"iss":"https://op.example","sub":"ada","sub":"eve"}""")]
    [TestCase("[]")]
    [TestCase("no JSON")]
    public void What_names_nobody_is_about_nobody(string payload) => Assert.That(TokenSubject.Of(Token(payload)), Is.Null);

    [TestCase("")]
    [TestCase("a.b")]
    [TestCase("a.%%.c")]
    [TestCase("a.b.c.d.e")]
    public void What_is_no_token_is_about_nobody(string text) => Assert.That(TokenSubject.Of(text), Is.Null);

    [Test]
    public void It_prints_no_user() => Assert.That(Ada.ToString(), Is.EqualTo("a user of https://op.example"));

    [Test]
    public void A_user_is_serialised_without_the_token()
    {
        var user = new SignedInUser(new(), "key", null!, "id-token-1", client: null, []);

        Assert.That(JsonSerializer.Serialize(user), Does.Not.Contain("id-token-1"));
    }

    private static string Token(string payload) => $"e30.{Base64UrlEncoder.Encode(Encoding.UTF8.GetBytes(payload))}.c2ln";
}
