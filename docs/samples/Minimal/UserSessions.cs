using System.Security.Claims;
using System.Security.Cryptography;
using AuthCode;
using Microsoft.Extensions.Caching.Memory;

namespace Minimal;

/// <summary>The users who are signed in, in the memory of this process: a user with a cookie of an earlier process signs in again.</summary>
internal sealed partial class UserSessions(IMemoryCache cache, ILogger<UserSessions> logger)
{
    private const string SessionClaim = "session";

    /// <summary>The lifetime of a session, and of its cookie, after the last use.</summary>
    internal static TimeSpan Lifetime { get; } = TimeSpan.FromHours(8);

    /// <summary>Stores a user, and creates the principal for the cookie.</summary>
    internal ClaimsPrincipal Add(SignedInUser user)
    {
        string id = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));
        MemoryCacheEntryOptions options = new MemoryCacheEntryOptions { SlidingExpiration = Lifetime }
            .RegisterPostEvictionCallback(static (_, value, _, _) => ((SignedInUser)value!).Credential.Dispose());
        cache.Set(KeyOf(id), user, options);
        return new ClaimsPrincipal(new ClaimsIdentity(user.Principal.Identity, [new Claim(SessionClaim, id)]));
    }

    internal SignedInUser? Find(ClaimsPrincipal principal) =>
        principal.FindFirst(SessionClaim) is { } claim ? cache.Get<SignedInUser>(KeyOf(claim.Value)) : null;

    /// <summary>Ends the session of a cookie, if this process has it; its refresh token is revoked where the server offers that.</summary>
    internal async Task EndAsync(ClaimsPrincipal principal)
    {
        if (Find(principal) is not { } user)
        {
            return;
        }

        try
        {
            await user.Credential.RevokeAsync();
        }
        catch (AuthenticationFailedException e)
        {
            // The user is signed out here in any case.
            LogNotRevoked(logger, e.Message);
        }
        catch (ObjectDisposedException)
        {
            // Another request ended the session first.
        }

        cache.Remove(KeyOf(principal.FindFirstValue(SessionClaim)!));
    }

    private static string KeyOf(string id) => $"session {id}";

    [LoggerMessage(1, LogLevel.Warning, "A refresh token could not be revoked: {Message}")]
    private static partial void LogNotRevoked(ILogger logger, string message);
}
