using System.Net;
using System.Text.Json.Nodes;
using AuthCode.Tests.Scenarios.Providers;

namespace AuthCode.Tests.Scenarios.Leaks;

/// <summary>No secret in what the requests to other endpoints than the token endpoint leave behind, though the server repeats what it got.</summary>
internal sealed class ProviderLeakTests(bool isAsync) : ProviderFixture(isAsync)
{
    private readonly Canaries _canaries = new();

    [Test]
    public async Task A_refused_revocation_repeats_no_refresh_token()
    {
        using var sink = new EverySink();
        Server.Answers["/token"] = _ =>
        {
            JsonObject token = Server.Token();
            token["refresh_token"] = _canaries["refresh"];
            return Provider.Json(HttpStatusCode.OK, token);
        };
        Server.Answers["/revoke"] = Echo;
        await using AuthorizationCodeCredential credential = Credential(options => Configure(options, sink));
        await GetToken(credential, "read");

        sink.Add(FailureOf(await Caught(() => credential.RevokeAsync())));

        AssertSilence(sink);
    }

    [Test]
    public async Task A_refused_pushed_request_repeats_no_secret()
    {
        using var sink = new EverySink();
        Server.Answers["/par"] = Echo;
        AuthorizationCodeClient client = Client(options => Configure(options, sink), atServer: static options => options.UsePushedAuthorization = true);

        sink.Add(FailureOf(await Caught(() => client.CreateAuthorizationRequestAsync(The.Redirect, ["read"]))));

        AssertSilence(sink);
    }

    [Test]
    public async Task A_sign_in_and_its_objects_print_no_secret()
    {
        using var sink = new EverySink();
        using var key = new DPoPKey();
        AuthorizationCodeClient client = Client(options =>
        {
            Configure(options, sink);
            options.DPoPKey = key;
        });
        AuthorizationRequest request = await client.CreateAuthorizationRequestAsync(The.Redirect, ["read"]);
        Server.Answers["/token"] = _ =>
        {
            JsonObject token = Server.Token(request.Transaction.Nonce.Value, "DPoP");
            token["access_token"] = _canaries["access"];
            token["refresh_token"] = _canaries["refresh"];
            return Provider.Json(HttpStatusCode.OK, token);
        };
        SignedInUser user = await client.CompleteSignInAsync(request.Transaction, new Uri($"{The.Redirect}?code={_canaries["code"]}&state={request.Transaction.State}"));
        Server.Answers["/userinfo"] = Echo;

        sink.Add(FailureOf(await Caught(() => client.GetUserInfoAsync(user))));
        sink.Add($"{user} {user.Credential} {client} {key} {request} {request.Transaction}");

        AssertSilence(sink);
    }

    private void Configure(AuthorizationCodeClientOptions options, EverySink sink)
    {
        options.LoggerFactory = sink.Log;
        options.ClientAuthentication = ClientAuthentication.Secret(_canaries["secret"]);
    }

    private HttpResponseMessage Echo(SentRequest sent)
    {
        string words = $"{sent.Body} {WebUtility.UrlDecode(sent.Body)} {sent.Headers.Authorization}";
        return Provider.Json(HttpStatusCode.BadRequest, new JsonObject { ["error"] = "invalid_request", ["error_description"] = words, ["error_uri"] = words });
    }

    private static async Task<AuthenticationFailedException?> Caught(Func<Task> act)
    {
        try
        {
            await act();
            return null;
        }
        catch (AuthenticationFailedException e)
        {
            return e;
        }
    }

    private static string FailureOf(AuthenticationFailedException? failure)
    {
        Assert.That(failure, Is.Not.Null);
        return $"{failure} {failure!.Response} {failure.Response?.ErrorDescription} {failure.Response?.ErrorUri}";
    }

    private void AssertSilence(EverySink sink) => Assert.Multiple(() =>
    {
        Assert.That(sink.Everything, Is.Not.Empty, "the sinks hear something");
        Assert.That(_canaries.FoundIn(sink.Everything), Is.Empty);
    });
}
