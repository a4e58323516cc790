using System.Net;
using System.Text.Json.Nodes;

namespace AuthCode.Tests.Scenarios.Providers;

/// <summary>The OpenID Foundation's relying-party modules that are about the whole flow, offline, each by its name. Those about the ID token alone are in IdTokens/IdTokenTests.</summary>
internal sealed class ConformanceTests(bool isAsync) : ProviderFixture(isAsync)
{
    private sealed record Module(string Name, bool IsTaken, Action<JsonObject>? Answer = null, Action<JsonObject>? Claims = null, Action<Provider>? Server = null, Func<string, string>? Callback = null)
    {
        public override string ToString() => Name;
    }

    private static IEnumerable<TestCaseData> Modules()
    {
        Module[] modules =
        [
            new("oidcc-client-test", true),
            new("oidcc-client-test-nonce-unless-code-flow", true),
            new("oidcc-client-test-idtoken-sig-rs256", true),
            new("oidcc-client-test-idtoken-sig-es256", true, static token => token["id_token"] = Provider.SignedOnTheCurve(token["id_token"]!.GetValue<string>())),
            new("oidcc-client-test-invalid-sig-es256", false, static token => token["id_token"] = Provider.SignedOnTheCurve(token["id_token"]!.GetValue<string>())[..^6] + "AAAAAA"),
            new("oidcc-client-test-discovery-issuer-mismatch", false, Server: static server => server.Metadata["issuer"] = "https://op.example/another"),
            new("fapi-client-test-token-type-case-insensitivity", true, static token => token["token_type"] = "bEaReR"),
            new("fapi-client-test-no-scope-in-token-endpoint-response", true, static token => token.Remove("scope")),
            new("fapi-client-test-token-endpoint-response-without-expires_in", true, static token => token.Remove("expires_in")),
            new("fapi-client-test-ensure-authorization-response-with-invalid-state", false, Callback: static callback => callback.Replace("state=", "state=x", StringComparison.Ordinal)),
            new("fapi-client-test-ensure-authorization-response-with-missing-state", false, Callback: static callback => callback[..callback.IndexOf("&state=", StringComparison.Ordinal)]),
            new("fapi-client-test-invalid-authorization-response-iss", false, Callback: static callback => $"{callback}&iss=https%3A%2F%2Fevil.example"),
            new("fapi-client-test-remove-authorization-response-iss", false, Server: static server => server.Metadata["authorization_response_iss_parameter_supported"] = true),
            new("fapi-client-test-invalid-aud", false, Claims: static claims => claims["aud"] = "another"),
            new("fapi-client-test-missing-aud", false, Claims: static claims => claims.Remove("aud")),
            new("fapi-client-test-invalid-iss", false, Claims: static claims => claims["iss"] = "https://evil.example"),
            new("fapi-client-test-missing-iss", false, Claims: static claims => claims.Remove("iss")),
            new("fapi-client-test-invalid-nonce", false, Claims: static claims => claims["nonce"] = "another"),
        ];
        return modules.Select(static module => new TestCaseData(module).SetArgDisplayNames(module.Name));
    }

    [TestCaseSource(nameof(Modules))]
    public void A_module(object row)
    {
        var module = (Module)row;
        module.Server?.Invoke(Server);
        AuthorizationCodeClient client = Client();
        Func<Task> signIn = async () =>
        {
            AuthorizationRequest request = await client.CreateAuthorizationRequestAsync(The.Redirect, ["email"]);
            Server.Answers["/token"] = _ =>
            {
                JsonObject token = Server.Token(request.Transaction.Nonce.Value);
                token["id_token"] = Provider.IdToken(request.Transaction.Nonce.Value, claims => module.Claims?.Invoke(claims));
                module.Answer?.Invoke(token);
                return Provider.Json(HttpStatusCode.OK, token);
            };
            string callback = $"{The.Redirect}?code={The.Code}&state={request.Transaction.State}";
            await using AuthorizationCodeCredential credential =
                (await client.CompleteSignInAsync(request.Transaction, new Uri(module.Callback?.Invoke(callback) ?? callback))).Credential;
            await GetToken(credential, "email", "openid");
        };

        Assert.That(signIn, module.IsTaken ? Throws.Nothing : Throws.TypeOf<AuthenticationFailedException>());
        bool isRefusedBefore = !module.IsTaken && module.Answer is null && module.Claims is null;
        Assert.That(Server.At("/token"), isRefusedBefore ? Is.Empty : Is.Not.Empty);
    }

    [Test]
    public async Task Oidcc_client_test_client_secret_basic()
    {
        await SignIn(Client(static options => options.ClientAuthentication = ClientAuthentication.Secret("a+b:c d%", ClientSecretMethod.Basic)));

        Assert.That(
            System.Text.Encoding.ASCII.GetString(Convert.FromBase64String(Server.At("/token").Single().Headers.Authorization!.Parameter!)),
            Is.EqualTo($"{The.Client}:a%2Bb%3Ac+d%25"));
    }

    [Test]
    public async Task Fapi2_happy_path_no_dpop_nonce()
    {
        using var key = new DPoPKey();

        SignedInUser user = await SignIn(Client(options => options.DPoPKey = key), type: "DPoP");

        Assert.That((await GetToken(user.Credential, "email", "openid")).TokenType, Is.EqualTo("DPoP"));
    }
}
