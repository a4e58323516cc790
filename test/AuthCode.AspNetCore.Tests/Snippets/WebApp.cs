using System.Security.Claims;
using Azure.Storage.Blobs;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AuthCode.AspNetCore.Tests.Snippets;

/// <summary>The applications of docs/aspnetcore.md, docs/background-jobs.md and the pages on migrating.</summary>
internal static class WebApp
{
    private static readonly Uri Account = new("https://contoso.blob.core.windows.net");

    internal static void SignIn(WebApplicationBuilder builder)
    {
        builder.Services.AddAuthorization();
        builder.Services.AddAuthCode(builder.Configuration.GetSection("AzureAd"), options => options.Scopes.Add("https://storage.azure.com/user_impersonation"))
            .AddUserClient((credential, _) => new BlobServiceClient(Account, credential));

        WebApplication app = builder.Build();
        app.UseAuthentication();
        app.UseAuthCode();
        app.UseAuthorization();
        app.MapGet("/", async (BlobServiceClient blobs) => await blobs.GetBlobContainersAsync().ToListAsync()).RequireAuthorization();
        app.MapPost("/signout", (HttpRequest request) => request.Headers["Sec-Fetch-Site"] == "cross-site"
            ? Results.BadRequest()
            : Results.SignOut(new() { RedirectUri = "/" }, ["Cookies", "AuthCode"]));
    }

    internal static void ClaimsInTheStore(WebApplicationBuilder builder)
    {
        builder.Services.AddAuthCode(builder.Configuration.GetSection("AzureAd"), options =>
        {
            options.TicketInStore = true;
            options.KeepClaims.Add("groups");
        });
    }

    internal static void HttpClients(WebApplicationBuilder builder)
    {
        builder.Services.AddHttpClient<OrdersApi>().AddUserToken("api://orders/.default");
    }

    internal static void Jobs(WebApplication app, IJobs jobs)
    {
        app.MapPost("/export", (ClaimsPrincipal user) => jobs.Enqueue(user.GetSessionKey()!)).RequireAuthorization();
    }

    internal static async Task WorkAsync(UserSessions sessions, string sessionKey, CancellationToken cancellationToken)
    {
        UserSession? session = await sessions.FindAsync(sessionKey, cancellationToken);
        if (session is not null)
        {
            await new BlobServiceClient(Account, session.Credential).CreateBlobContainerAsync("exports", cancellationToken: cancellationToken);
        }
    }

    internal static void JobsThatWait(WebApplication app, IJobs jobs)
    {
        app.MapGet("/exports", (ClaimsPrincipal user) => jobs.FindWaiting(user.GetAccountKey()!) is { } job
            ? Results.Challenge(new AuthCodeChallengeProperties { Scopes = job.Scopes, Claims = job.Claims, RedirectUri = "/exports/continue" })
            : Results.Ok("Nothing waits for you.")).RequireAuthorization();
        app.MapGet("/exports/continue", (ClaimsPrincipal user) => jobs.Resume(user.GetAccountKey()!, user.GetSessionKey()!)).RequireAuthorization();
    }

    internal static void Moved(WebApplicationBuilder builder)
    {
        builder.Services.Configure<CookieAuthenticationOptions>("Cookies", options => options.Cookie.Name = "shop");
    }

    internal static void Schemes(WebApplicationBuilder builder)
    {
        builder.Services.AddAuthentication("Cookies")
            .AddCookie("Cookies")
            .AddAuthCode("Staff", builder.Configuration.GetSection("Staff"))
            .AddAuthCode("Partners", builder.Configuration.GetSection("Partners"), options =>
            {
                options.CallbackPath = "/signin-partners";
                options.SignedOutCallbackPath = "/signout-callback-partners";
            });
        new AuthCodeBuilder("Staff", builder.Services).UseDistributedCache();
    }

    internal interface IJobs
    {
        void Enqueue(string sessionKey);

        WaitingJob? FindWaiting(string accountKey);

        void Resume(string accountKey, string newSessionKey);
    }

    internal sealed record WaitingJob(IReadOnlyList<string> Scopes, string? Claims);

    internal sealed record OrdersApi(HttpClient Http);
}
