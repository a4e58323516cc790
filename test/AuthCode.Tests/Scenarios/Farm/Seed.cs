using System.Net;
using System.Text.Json.Nodes;

namespace AuthCode.Tests.Scenarios.Farm;

/// <summary>A session that has just been stored, from which each order of events begins.</summary>
internal sealed record Seed(IReadOnlyDictionary<string, StoredSession> Entries, string SessionKey, AesProtector Protector)
{
    internal static async Task<Seed> MakeAsync()
    {
        var store = new MemoryStore();
        var protector = new AesProtector();
        var server = new Provider();
        AuthorizationCodeClient client = World.ClientOf(server, store, protector, leases: null, TimeProvider.System);
        AuthorizationRequest request = await client.CreateAuthorizationRequestAsync(The.Redirect, ["a"]);
        server.Answers["/token"] = _ => Provider.Json(HttpStatusCode.OK, new JsonObject
        {
            ["token_type"] = "Bearer",
            ["access_token"] = "access-1",
            ["refresh_token"] = "refresh-1",
            ["expires_in"] = 3600,
            ["id_token"] = Provider.IdToken(request.Transaction.Nonce.Value, static claims =>
            {
                claims["iat"] = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
                claims["exp"] = TimeProvider.System.GetUtcNow().AddHours(1).ToUnixTimeSeconds();
            }),
        });
        SignedInUser user = await client.CompleteSignInAsync(request.Transaction, new Uri($"{The.Redirect}?code=c&state={request.Transaction.State}"));
        return new Seed(store.Entries, user.SessionKey, protector);
    }
}
