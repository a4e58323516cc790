using AuthCode.Circuits;
using AuthCode.Circuits.Components;
using AuthCode.Testing;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.Extensions.Time.Testing;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.WebHost.UseStaticWebAssets();
var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
FakeAad aad = FakeAad.Start(options =>
{
    options.TimeProvider = time;
    options.RedirectUris = [new("http://localhost/signin-oidc")];
    // The user consents to the calendar when the application first needs it.
    options.ConsentedScopes["https://graph.microsoft.com"] = [];
});
builder.Configuration.AddInMemoryCollection(
[
    new("AzureAd:Instance", aad.AuthorityHost.AbsoluteUri),
    new("AzureAd:TenantId", aad.TenantId),
    new("AzureAd:ClientId", aad.ClientId),
    new("AzureAd:ClientSecret", aad.ClientSecret),
]);
builder.Services.AddSingleton<TimeProvider>(time);
builder.Services.AddSingleton(_ => aad);
builder.Services.AddRazorComponents().AddInteractiveServerComponents();
builder.Services.AddCascadingAuthenticationState();
builder.Services.AddAuthorization();
builder.Services.AddAuthCode(builder.Configuration.GetSection("AzureAd"), options => options.Scopes.Add(Api.Orders)).AddUserClient((credential, _) => new Api(credential));
builder.Services.AddSingleton<Bell>();
builder.Services.AddScoped<CircuitHandler, Visits>();
builder.Services.AddHttpClient<OrdersClient>().AddUserToken(Api.Orders).ConfigurePrimaryHttpMessageHandler(() => new EchoHandler());

WebApplication app = builder.Build();
app.UseAuthentication();
app.UseAuthCode();
app.UseAuthorization();
app.UseAntiforgery();
app.MapStaticAssets();
app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
app.MapGet("/signout", () => Results.SignOut(new() { RedirectUri = "/signedout" }, ["Cookies", "AuthCode"]));
app.MapGet("/signedout", () => "signed out");
app.MapGet("/later", () => time.Advance(TimeSpan.FromHours(2)));
app.MapGet("/ring", (Bell bell) => bell.RingAsync());
app.MapGet("/refreshes", () => aad.TokenRequests.Count(request => request.GrantType == "refresh_token"));
app.Run();
