using System.Text;

namespace AuthCode.Tests;

/// <summary>A client secret on the wire (RFC 6749 section 2.3.1), on both grants.</summary>
internal sealed class SecretAuthenticationTests(bool isAsync) : BothGrants(isAsync)
{
    [TestCase(The.Secret)]
    [TestCase("p+q%r&s=t:u v~\u00E9\u20AC")]
    public async Task In_the_body_it_is_sent_with_the_client_ID_and_in_no_header(string secret)
    {
        IReadOnlyList<SentRequest> requests = await Send(options => options.ClientAuthentication = ClientAuthentication.Secret(secret));

        Assert.Multiple(() =>
        {
            foreach (SentRequest sent in requests)
            {
                Assert.That(sent["client_id"], Is.EqualTo(The.Client));
                Assert.That(sent["client_secret"], Is.EqualTo(secret));
                Assert.That(sent.Headers.Authorization, Is.Null);
            }
        });
    }

    [Test]
    public async Task In_the_header_it_stands_with_the_client_id_and_neither_is_in_the_body()
    {
        IReadOnlyList<SentRequest> requests =
            await Send(static options => options.ClientAuthentication = ClientAuthentication.Secret(The.Secret, ClientSecretMethod.Basic));

        Assert.Multiple(() =>
        {
            foreach (SentRequest sent in requests)
            {
                Assert.That(sent.Headers.Authorization!.Scheme, Is.EqualTo("Basic"));
                Assert.That(Decoded(sent), Is.EqualTo($"{The.Client}:{The.Secret}"));
                Assert.That(sent.Fields.Select(static field => field.Key), Has.None.EqualTo("client_id").And.None.EqualTo("client_secret"));
            }
        });
    }

    [TestCase("client", "secret", "client:secret")]
    [TestCase("a:b", "c:d", "a%3Ab:c%3Ad")]
    [TestCase("a+b", "c+d", "a%2Bb:c%2Bd")]
    [TestCase("a%b", "c%3Ad", "a%25b:c%253Ad")]
    [TestCase("a b", "c d", "a+b:c+d")]
    [TestCase("a~b", "c~d", "a~b:c~d")]
    [TestCase("a/b=", "c&d=", "a%2Fb%3D:c%26d%3D")]
    [TestCase("https://app.example/", "s\u00E9cret\u20AC", "https%3A%2F%2Fapp.example%2F:s%C3%A9cret%E2%82%AC")]
    public async Task In_the_header_each_part_is_form_encoded_first(string client, string secret, string expected)
    {
        var endpoint = new ScriptedEndpoint(Answer.Token());
        await using var credential = new AuthorizationCodeCredential(
            The.Tenant, client, The.Code, The.Redirect,
            Some.Options(endpoint, configure: options => options.ClientAuthentication = ClientAuthentication.Secret(secret, ClientSecretMethod.Basic)));

        await GetToken(credential);

        endpoint.Verify();
        Assert.That(Decoded(endpoint.Requests.Single()), Is.EqualTo(expected));
    }

    [Test]
    public async Task The_header_stands_on_a_repetition_too()
    {
        var endpoint = new ScriptedEndpoint(Answer.Status(System.Net.HttpStatusCode.TooManyRequests, "0"), Answer.Token());
        await using AuthorizationCodeCredential credential = Some.Credential(
            endpoint, configure: static options => options.ClientAuthentication = ClientAuthentication.Secret(The.Secret, ClientSecretMethod.Basic));

        await GetToken(credential);

        endpoint.Verify();
        Assert.That(endpoint.Requests.Select(Decoded), Is.All.EqualTo($"{The.Client}:{The.Secret}"));
    }

    [Test]
    public async Task The_constructor_in_Azure_Identitys_order_sends_the_secret_in_the_body()
    {
        var endpoint = new ScriptedEndpoint(Answer.Token(), Answer.Token("access-2"));
        await using var credential = new AuthorizationCodeCredential(The.Tenant, The.Client, The.Secret, The.Code, Some.Options(endpoint));

        await SendBoth(credential);

        endpoint.Verify();
        Assert.That(
            endpoint.Requests.Select(static sent => (sent["client_id"], sent["client_secret"], sent["redirect_uri"])),
            Is.All.EqualTo(((string?)The.Client, (string?)The.Secret, (string?)null)));
    }

    [Test]
    public async Task One_authentication_serves_several_credentials_and_outlives_each()
    {
        ClientAuthentication secret = ClientAuthentication.Secret(The.Secret);
        var endpoint = new ScriptedEndpoint(Answer.Token(), Answer.Token());
        for (int i = 0; i < 2; i++)
        {
            await using AuthorizationCodeCredential credential = Some.Credential(endpoint, configure: options => options.ClientAuthentication = secret);
            await GetToken(credential);
        }

        endpoint.Verify();
        Assert.That(endpoint.Requests.Select(static sent => sent["client_secret"]), Is.All.EqualTo(The.Secret));
    }

    [Test]
    public void No_secret_is_refused() => Assert.That(static () => ClientAuthentication.Secret((string)null!), Refusal.OfNull("clientSecret"));

    [TestCase("")]
    [TestCase(" ")]
    [TestCase("c4n4ry\n")]
    [TestCase("c4n4ry\0")]
    public void A_malformed_secret_is_refused_and_not_repeated(string secret) =>
        Assert.That(() => ClientAuthentication.Secret(secret), Refusal.Of("clientSecret", "pass the secret's value"));

    [TestCase(-1)]
    [TestCase(2)]
    public void Another_method_is_refused(int method) => Assert.That(
        () => ClientAuthentication.Secret(The.Secret, (ClientSecretMethod)method),
        Refusal.Of<ArgumentOutOfRangeException>("method", "ClientSecretMethod.Post or ClientSecretMethod.Basic"));

    [Test]
    public void It_never_prints_itself([Values] ClientSecretMethod method) =>
        Assert.That(ClientAuthentication.Secret(The.Secret, method).ToString(), Does.Not.Contain(The.Secret));

    private static string Decoded(SentRequest sent) => Encoding.ASCII.GetString(Convert.FromBase64String(sent.Headers.Authorization!.Parameter!));
}
