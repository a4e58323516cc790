using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Caching.Distributed;

namespace AuthCode.Peers.Web;

#region code
/// <summary>What an application without token acquisition has by hand: the call of an API with a token of the session, and consent and step-up if there is none.</summary>
internal abstract partial class ApiCalls(IHttpClientFactory http, TimeProvider time)
{
    internal async Task<IResult> GetAsync(HttpContext context, string address, string scope)
    {
        AuthenticateResult session = await context.AuthenticateAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        if (session.Properties!.GetTokenValue(scope) is not { } token || DateTimeOffset.Parse(session.Properties!.GetTokenValue($"{scope} expires")!, null) < time.GetUtcNow().AddMinutes(5))
        {
            Refreshed refreshed = await RefreshAsync(session.Properties!.GetTokenValue("refresh_token")!, scope, context.RequestAborted);
            if (refreshed.AccessToken is null)
            {
                return Challenge(scope, refreshed.Claims);
            }

            token = refreshed.AccessToken;
            string expires = time.GetUtcNow().AddSeconds(refreshed.ExpiresIn).ToString("O");
            string[] replaced = ["refresh_token", scope, $"{scope} expires"];
            string[] values = [refreshed.RefreshToken ?? session.Properties!.GetTokenValue("refresh_token")!, token, expires];
            session.Properties!.StoreTokens([
                .. session.Properties!.GetTokens().Where(kept => !replaced.Contains(kept.Name)),
                .. replaced.Zip(values, (name, value) => new AuthenticationToken { Name = name, Value = value })]);
            await context.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, session.Principal!, session.Properties);
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { Authorization = new("Bearer", token) } };
        using HttpResponseMessage response = await http.CreateClient("api").SendAsync(request, context.RequestAborted);
        return response.StatusCode == HttpStatusCode.Unauthorized && ClaimsOf(response.Headers.WwwAuthenticate.ToString()) is { } claims ? Challenge(scope, claims)
            : response.IsSuccessStatusCode ? Results.Text(await response.Content.ReadAsStringAsync(context.RequestAborted))
            : Results.StatusCode(StatusCodes.Status502BadGateway);
    }

    /// <summary>Asks the server for a token for a scope; for none, with the claims that it wants, if the user must act.</summary>
    protected abstract Task<Refreshed> RefreshAsync(string refreshToken, string scope, CancellationToken cancellationToken);

    protected abstract IResult Challenge(string scope, string? claims);

    private static string? ClaimsOf(string challenge) =>
        ClaimsChallenge().Match(challenge) is { Success: true } match ? Encoding.UTF8.GetString(Convert.FromBase64String(match.Groups[1].Value)) : null;

    [GeneratedRegex("claims=\"([^\"]+)\"")]
    private static partial Regex ClaimsChallenge();

    protected sealed record Refreshed(string? AccessToken, string? RefreshToken, int ExpiresIn, string? Claims);
}

/// <summary>Keeps the tickets of cookies in the cache, encrypted.</summary>
internal sealed class TicketStore(IDistributedCache cache, IDataProtectionProvider protection) : ITicketStore
{
    private readonly IDataProtector _protector = protection.CreateProtector("tickets");

    public async Task<string> StoreAsync(AuthenticationTicket ticket)
    {
        string key = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));
        await RenewAsync(key, ticket);
        return key;
    }

    public Task RenewAsync(string key, AuthenticationTicket ticket) =>
        cache.SetAsync(key, _protector.Protect(TicketSerializer.Default.Serialize(ticket)), new DistributedCacheEntryOptions { AbsoluteExpiration = ticket.Properties.ExpiresUtc });

    public async Task<AuthenticationTicket?> RetrieveAsync(string key) =>
        await cache.GetAsync(key) is { } ticket ? TicketSerializer.Default.Deserialize(_protector.Unprotect(ticket)) : null;

    public Task RemoveAsync(string key) => cache.RemoveAsync(key);
}
#endregion
