using System.Text.Json;
using Azure.Core;

namespace AuthCode.Tests.Snippets;

/// <summary>The code of docs/sessions.md, compiled.</summary>
internal static class Sessions
{
    internal static AuthorizationCodeClientOptions Shared(ISessionStore store, ISessionProtector protector, ISessionLeases leases)
    {
        var options = new AuthorizationCodeClientOptions();
        options.Sessions.Store = store;             // your database, or Redis
        options.Sessions.Protector = protector;     // such as one over ASP.NET Core Data Protection
        options.Sessions.Leases = leases;           // one instance at a time refreshes a session
        return options;
    }

    internal static async Task<string?> Find(AuthorizationCodeClient client, string sessionKey, string[] scopes, CancellationToken cancellationToken)
    {
        UserSession? session = await client.Sessions.FindAsync(sessionKey, cancellationToken);
        if (session is null)
        {
            return null; // ended, or lost: sign the user in
        }

        AccessToken token = await session.Credential.GetTokenAsync(new TokenRequestContext(scopes), cancellationToken);
        return token.Token;
    }

    internal static async Task<ReadOnlyMemory<byte>> Keep(AuthorizationCodeClient client, string sessionKey, Dictionary<string, string> profile)
    {
        await client.Sessions.SetDataAsync(sessionKey, JsonSerializer.SerializeToUtf8Bytes(profile));
        UserSession? session = await client.Sessions.FindAsync(sessionKey);
        ReadOnlyMemory<byte> data = session!.Data;
        return data;
    }
}
