using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace AuthCode.Tests.SignIn;

/// <summary>What a service keeps between the authorize request and the callback.</summary>
internal sealed class AuthorizationTransactionTests : SignInFixture
{
    [Test]
    public void It_comes_back_from_text_as_it_was()
    {
        AuthorizationTransaction one = Client().CreateAuthorizationRequest(The.Redirect, [The.Vault]).Transaction;

        string text = one.Serialize();
        AuthorizationTransaction other = AuthorizationTransaction.Parse(text);

        Assert.Multiple(() =>
        {
            Assert.That(Characters.AreUnreserved(text), Is.True);
            Assert.That(other.Serialize(), Is.EqualTo(text));
            Assert.That((other.State, other.Nonce, other.CodeVerifier, other.RedirectUri), Is.EqualTo((one.State, one.Nonce, one.CodeVerifier, one.RedirectUri)));
            Assert.That((other.ClientId, other.Authority, other.ExpiresOn), Is.EqualTo((one.ClientId, one.Authority, one.ExpiresOn)));
            Assert.That(other.Scopes, Is.EqualTo(one.Scopes));
        });
    }

    [Test]
    public void It_ends_with_the_lifetime_that_was_asked() => Assert.That(
        Client().CreateAuthorizationRequest(The.Redirect, [The.Vault], new AuthorizationRequestOptions { Lifetime = The.Hour }).Transaction.ExpiresOn,
        Is.EqualTo(The.Now + The.Hour));

    private static IEnumerable<TestCaseData> Broken()
    {
        yield return Row("empty", "");
        yield return Row("no base64url", "%%%");
        yield return Row("no JSON", Encoded("verifier"));
        yield return Row("no object", Encoded("[]"));
        yield return Row("empty object", Encoded("{}"));
        yield return Row("another version", Encoded("""{"v":2}"""));
        yield return Row("a member missing", Encoded("""{"v":1,"state":"s"}"""));
        yield return Row("a member of another kind", Encoded("""{"v":1,"state":1,"nonce":"n","verifier":"v","redirect":"r","client":"c","authority":"a","expires":1,"scopes":[]}"""));
        yield return Row("a date beyond all", Encoded("""{"v":1,"state":"s","nonce":"n","verifier":"v","redirect":"r","client":"c","authority":"a","expires":9223372036854775807,"scopes":[]}"""));
        yield return Row("long", new string('A', 20_000));

        static TestCaseData Row(string name, string text) => new TestCaseData(text).SetArgDisplayNames(name);
        static string Encoded(string json) => Base64UrlEncoder.Encode(Encoding.UTF8.GetBytes(json));
    }

    [TestCaseSource(nameof(Broken))]
    public void Another_text_is_refused_without_being_repeated(string text)
    {
        bool isTaken = AuthorizationTransaction.TryParse(text, out AuthorizationTransaction? transaction);

        Assert.Multiple(() =>
        {
            Assert.That(
                () => AuthorizationTransaction.Parse(text),
                Throws.TypeOf<FormatException>().With.Message.EqualTo("The text must be what AuthorizationTransaction.Serialize returned."));
            Assert.That((isTaken, transaction), Is.EqualTo((false, (AuthorizationTransaction?)null)));
        });
    }

    [Test]
    public void It_is_tried_without_an_exception()
    {
        AuthorizationTransaction one = Client().CreateAuthorizationRequest(The.Redirect, [The.Vault]).Transaction;

        Assert.Multiple(() =>
        {
            Assert.That(AuthorizationTransaction.TryParse(one.Serialize(), out AuthorizationTransaction? other), Is.True);
            Assert.That(other!.State, Is.EqualTo(one.State));
            Assert.That(AuthorizationTransaction.TryParse(null, out _), Is.False);
        });
    }

    [Test]
    public void No_text_is_refused() => Assert.That(static () => AuthorizationTransaction.Parse(null!), Refusal.OfNull("text"));
}
