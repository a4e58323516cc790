using System.Net;
using System.Text.Json.Nodes;

namespace AuthCode.Tests.Scenarios.Providers;

/// <summary>Authorize requests that are handed to the server directly (RFC 9126).</summary>
internal sealed class PushedAuthorizationTests(bool isAsync) : ProviderFixture(isAsync)
{
    [TestCase(408, true)]
    [TestCase(421, true)]
    [TestCase(425, true)]
    [TestCase(429, true)]
    [TestCase(503, true)]
    [TestCase(403, false)]
    [TestCase(422, false)]
    public void A_refusal_of_the_moment_is_transient(int status, bool isTransient)
    {
        Server.Answers["/par"] = _ => new HttpResponseMessage((HttpStatusCode)status);
        AuthorizationCodeClient client = Client(atServer: static options => options.UsePushedAuthorization = true);

        AuthenticationFailedException? failure = Assert.ThrowsAsync<AuthenticationFailedException>(() => client.CreateAuthorizationRequestAsync(The.Redirect, ["a"]));

        Assert.That(failure!.IsTransient, Is.EqualTo(isTransient));
    }

    [TestCase("a&redirect_uri=https://evil.example")]
    [TestCase("a=b")]
    [TestCase("a%26b")]
    [TestCase("größe")]
    public async Task Names_are_encoded_like_values(string name)
    {
        AuthorizationCodeClient client = Client(atServer: static options => options.UsePushedAuthorization = true);

        await client.CreateAuthorizationRequestAsync(The.Redirect, ["a"], new AuthorizationRequestOptions { ExtraParameters = { [name] = "v&w" } });

        SentRequest pushed = Server.At("/par").Single();
        Assert.Multiple(() =>
        {
            Assert.That(pushed.Fields.Select(static field => System.Net.WebUtility.UrlDecode(field.Key)), Has.One.EqualTo(name).And.One.EqualTo("redirect_uri"));
            Assert.That(pushed["redirect_uri"], Is.EqualTo(The.Redirect.OriginalString));
        });
    }

    [TestCase("request_uri")]
    [TestCase("request")]
    [TestCase("Redirect_URI")]
    [TestCase(" state")]
    [TestCase("client_secret")]
    [TestCase("client_assertion")]
    [TestCase("nonce")]
    [TestCase("prompt")]
    [TestCase("max_age")]
    public void What_the_protocol_owns_cannot_be_set(string name) => Assert.That(
        () => Client().CreateAuthorizationRequestAsync(The.Redirect, ["a"], new AuthorizationRequestOptions { ExtraParameters = { [name] = "x" } }),
        Refusal.Of("options", "ExtraParameters must not hold"));

    [Test]
    public void Options_that_cannot_be_used_are_refused_before_the_metadata_is_read()
    {
        AuthorizationRequestOptions[] all =
        [
            new() { ResponseMode = (AuthorizationResponseMode)7 },
            new() { ExtraParameters = { ["max_age"] = "1" } },
            new() { ExtraParameters = { [" "] = "x" } },
            new() { ExtraParameters = { ["resource"] = "x" } },
        ];

        foreach (AuthorizationRequestOptions options in all)
        {
            Assert.That(() => Client().CreateAuthorizationRequestAsync(The.Redirect, ["a"], options), Throws.ArgumentException);
        }

        Assert.That(Server.Requests, Is.Empty);
    }

    [Test]
    public void An_error_that_repeats_the_request_shows_nothing_of_the_sign_in()
    {
        string sentBody = "";
        Server.Answers["/par"] = sent =>
        {
            sentBody = sent.Body;
            return Provider.Json(System.Net.HttpStatusCode.BadRequest, new System.Text.Json.Nodes.JsonObject { ["error"] = "invalid_request", ["error_description"] = sent.Body });
        };
        AuthorizationCodeClient client = Client(atServer: static options => options.UsePushedAuthorization = true);

        AuthenticationFailedException? failure = Assert.ThrowsAsync<AuthenticationFailedException>(() => client.CreateAuthorizationRequestAsync(
            The.Redirect, ["a"], new AuthorizationRequestOptions { LoginHint = "ada.lovelace@example.org" }));

        string[] secrets = [.. sentBody.Split('&').Select(static pair => pair.Split('=')).Where(static pair => pair[0] is "state" or "nonce" or "code_challenge" or "login_hint")
            .Select(static pair => System.Net.WebUtility.UrlDecode(pair[1]))];
        Assert.Multiple(() =>
        {
            Assert.That(secrets, Has.Length.EqualTo(4));
            Assert.That(secrets.Where(secret => failure!.ToString().Contains(secret, StringComparison.Ordinal)), Is.Empty);
        });
    }

    [Test]
    public async Task The_browser_carries_a_reference_and_the_server_has_the_request([Values] bool isRequired)
    {
        Server.Metadata["require_pushed_authorization_requests"] = isRequired;
        AuthorizationCodeClient client = Client(
            static options => options.ClientAuthentication = ClientAuthentication.Secret(The.Secret, ClientSecretMethod.Basic),
            atServer: options => options.UsePushedAuthorization = !isRequired);

        AuthorizationRequest request = await client.CreateAuthorizationRequestAsync(The.Redirect, ["email"]);

        SentRequest pushed = Server.At("/par").Single();
        Assert.Multiple(() =>
        {
            Assert.That(QueryOf(request.Uri), Is.EquivalentTo(new Dictionary<string, string>
            {
                ["ui"] = "1",
                ["client_id"] = The.Client,
                ["request_uri"] = "urn:ietf:params:oauth:request_uri:1",
            }));
            Assert.That((pushed["state"], pushed["scope"], pushed["code_challenge_method"]), Is.EqualTo((request.Transaction.State, "email openid", "S256")));
            Assert.That(pushed["client_id"], Is.EqualTo(The.Client));
            Assert.That(pushed.Headers.Authorization!.Scheme, Is.EqualTo("Basic"));
        });
    }

    [Test]
    public async Task A_client_id_that_the_authentication_has_written_stands_once()
    {
        AuthorizationCodeClient client = Client(
            static options => options.ClientAuthentication = ClientAuthentication.Certificate(SharedCertificate.OfTheClient),
            atServer: static options => options.UsePushedAuthorization = true);

        await client.CreateAuthorizationRequestAsync(The.Redirect, ["email"]);

        SentRequest pushed = Server.At("/par").Single();
        Assert.That(pushed["client_id"], Is.EqualTo(The.Client));
        Assert.That(new Jwt(pushed["client_assertion"]!).Claims["aud"].GetString(), Is.EqualTo(Provider.Issuer));
    }

    [TestCase(HttpStatusCode.BadRequest, "invalid_request")]
    [TestCase(HttpStatusCode.ServiceUnavailable, null)]
    [TestCase(HttpStatusCode.OK, null)]
    public void A_refusal_is_told(HttpStatusCode status, string? error)
    {
        Server.Answers["/par"] = _ => Provider.Json(status, error is null ? [] : new JsonObject { ["error"] = error });

        Assert.That(
            () => Client(atServer: static options => options.UsePushedAuthorization = true).CreateAuthorizationRequestAsync(The.Redirect, ["email"]),
            Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("op.example refused the pushed authorization request")
                .And.Property("Response").Property("Error").EqualTo(error));
    }

    [TestCase("{}")]
    [TestCase("[]")]
    [TestCase("no JSON")]
    [TestCase("""{"request_uri":"with space"}""")]
    [TestCase("""{"request_uri":1}""")]
    public void A_response_without_a_request_URI_is_reported(string body)
    {
        Server.Answers["/par"] = _ => new HttpResponseMessage(HttpStatusCode.Created) { Content = new StringContent(body) };

        Assert.That(
            () => Client(atServer: static options => options.UsePushedAuthorization = true).CreateAuthorizationRequestAsync(The.Redirect, ["email"]),
            Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("no usable response of op.example to the pushed authorization request"));
    }

    [Test]
    public void A_server_that_offers_none_is_told()
    {
        Server.Metadata.Remove("pushed_authorization_request_endpoint");

        Assert.That(
            () => Client(atServer: static options => options.UsePushedAuthorization = true).CreateAuthorizationRequestAsync(The.Redirect, ["email"]),
            Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("does not offer pushed authorization requests"));
    }

    [Test]
    public void A_connection_that_fails_and_a_redirect_that_was_followed_are_told()
    {
        AuthorizationCodeClient client = Client(atServer: static options => options.UsePushedAuthorization = true);
        Server.Answers["/par"] = static _ => throw new HttpRequestException("reset");
        Assert.That(() => client.CreateAuthorizationRequestAsync(The.Redirect, ["email"]), Throws.TypeOf<AuthenticationFailedException>().With.InnerException.TypeOf<HttpRequestException>());

        Server.Answers["/par"] = static _ => new HttpResponseMessage(HttpStatusCode.Created)
        {
            Content = new StringContent("""{"request_uri":"urn:x"}"""),
            RequestMessage = new HttpRequestMessage(HttpMethod.Post, "https://evil.example/"),
        };
        Assert.That(() => client.CreateAuthorizationRequestAsync(The.Redirect, ["email"]), Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("followed a redirect from op.example to evil.example"));
    }

    [Test]
    public void An_authentication_that_fails_sends_nothing()
    {
        AuthorizationCodeClient client = Client(
            static options => options.ClientAuthentication = ClientAuthentication.Assertion(static _ => throw new InvalidOperationException("no vault")),
            atServer: static options => options.UsePushedAuthorization = true);

        Assert.That(() => client.CreateAuthorizationRequestAsync(The.Redirect, ["email"]), Throws.TypeOf<AuthenticationFailedException>().With.Message.StartsWith("The client authentication failed"));
        Assert.That(Server.At("/par"), Is.Empty);
    }
}
